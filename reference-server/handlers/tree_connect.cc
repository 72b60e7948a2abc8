#include "reference-server/handlers/tree_connect.h"

#include <algorithm>
#include <string>

#include "reference-server/model/protection.h"
#include "reference-server/model/sessions.h"

namespace reference {
namespace {

using smb2::AccessMask;
using smb2::Capabilities;
using smb2::Dialect;
using smb2::NtStatus;
using smb2::ShareCapabilities;
using smb2::ShareFlags;

constexpr NtStatus bad_network_path{0xc00000be};  // STATUS_BAD_NETWORK_PATH

// [MS-DTYP] 2.2.57, in UTF-16 units.
constexpr std::size_t longest_server_name = 255;
constexpr std::size_t longest_share_name = 80;

constexpr std::size_t path_place = smb2::header_size + 8;  // behind the fixed part

constexpr AccessMask full_access{0x001f01ff};  // FILE_ALL_ACCESS
constexpr AccessMask read_access = AccessMask::file_read_data | AccessMask::file_read_ea |
                                   AccessMask::file_execute | AccessMask::file_read_attributes |
                                   AccessMask::read_control | AccessMask::synchronize;

struct ShareFlag {
  bool Share::* property;
  ShareFlags flag;
  Dialect since;
};
constexpr ShareFlag share_flag_rules[] = {
    {&Share::is_dfs, ShareFlags::dfs | ShareFlags::dfs_root, Dialect::smb_2_0_2},
    {&Share::allow_namespace_caching, ShareFlags::allow_namespace_caching, Dialect::smb_2_0_2},
    {&Share::force_shared_delete, ShareFlags::force_shared_delete, Dialect::smb_2_0_2},
    {&Share::restrict_exclusive_opens, ShareFlags::restrict_exclusive_opens, Dialect::smb_2_0_2},
    {&Share::force_level2_oplock, ShareFlags::force_levelii_oplock, Dialect::smb_2_0_2},
    {&Share::encrypt_data, ShareFlags::encrypt_data, Dialect::smb_3_0},
    {&Share::compress_data, ShareFlags::compress_data, Dialect::smb_3_1_1},
};

ShareFlags share_flags(const Share& share, Dialect dialect) {
  ShareFlags flags = share.csc_flags;
  for (const ShareFlag& rule : share_flag_rules) {
    if (share.*rule.property && dialect >= rule.since) flags = flags | rule.flag;
  }
  return flags;
}

ShareCapabilities share_capabilities(const Quirks& quirks, const Share& share, Dialect dialect) {
  ShareCapabilities capabilities{};
  if (share.is_dfs) capabilities = capabilities | ShareCapabilities::dfs;
  if ((share.is_ca && smb2::is_3x(dialect)) || quirks.has(Quirk::ca_capability_below_3))
    capabilities = capabilities | ShareCapabilities::continuous_availability;
  return capabilities;
}

bool is_path_outside(const Request& request) {
  const auto& body = request.body<smb2::TreeConnectRequest>();
  return std::size_t{body.path_offset.value} + body.path_length.value > request.bytes.size();
}

// The name of the share in \\server\share. Flags is reserved below 3.1.1, and an extension is none of ours,
// so the path is read where PathOffset says, whatever else the body was read as.
std::optional<std::string> share_name(const Quirks& quirks, const Request& request) {
  const auto& body = request.body<smb2::TreeConnectRequest>();
  const std::size_t offset = body.path_offset.value;
  const std::size_t length = body.path_length.value;
  if (quirks.has(Quirk::path_at_one_place) && offset != path_place) return {};
  if (length % 2 != 0 || is_path_outside(request)) return {};
  const wire::View path = request.bytes.subspan(offset, length);
  std::u16string units;
  for (std::size_t i = 0; i < length; i += 2) units += static_cast<char16_t>(path[i] | path[i + 1] << 8);

  if (!units.starts_with(u"\\\\")) return {};
  const std::size_t end_of_server = units.find(u'\\', 2);
  if (end_of_server == std::u16string::npos) return {};
  const std::size_t server = end_of_server - 2;
  const std::size_t share = units.size() - end_of_server - 1;
  const bool one_share = units.find(u'\\', end_of_server + 1) == std::u16string::npos;
  const bool bad_server = server == 0 || server > longest_server_name;
  if ((bad_server && !quirks.has(Quirk::server_name_unread)) || share == 0 || share > longest_share_name ||
      !one_share) {
    return {};
  }
  const wire::View name = path.last(2 * share);
  return wire::Utf16{.raw = {name.begin(), name.end()}}.to_utf8();
}

// Share.ConnectSecurity. AllowAnonymousAccess is about pipes and shares, and so asked for here as well.
bool is_granted(const Settings& settings, const Session& session, const ConnectSecurity& security) {
  if (session.is_anonymous) return security.anonymous && settings.allow_anonymous_access;
  if (session.is_guest) return security.guests;
  const auto is_user = [&](const std::string& name) { return share_key(name) == session.user_name; };
  return security.users.empty() || std::ranges::any_of(security.users, is_user);
}

// What 3.3.5.7 refuses of a share that exists.
NtStatus admit(const Settings& settings, const Connection& connection, const Session& session,
               const Share& share) {
  const bool reject = settings.reject_unencrypted_access;
  if (implements_3x(settings) && (settings.encrypt_data || share.encrypt_data) && reject &&
      !smb2::has(connection.server_capabilities, Capabilities::encryption)) {
    return NtStatus::access_denied;
  }
  if (smb2::is_3x(connection.dialect) && share.encrypt_data && reject &&
      !smb2::has(connection.client_capabilities, Capabilities::encryption)) {
    return NtStatus::access_denied;
  }
  if (!is_granted(settings, session, share.connect_security)) return NtStatus::access_denied;
  if (share.current_uses >= share.max_uses) return NtStatus::request_not_accepted;
  if (session.tree_connect_table.size() >= settings.max_tree_connects)
    return NtStatus::insufficient_resources;
  return NtStatus::success;
}

}  // namespace

Answer tree_connect(Global& global, Connection& connection, Request& request) {
  const Quirks& quirks = global.settings.quirks;
  Session& session = *request.session;
  if (connection.dialect == Dialect::smb_3_1_1 && !quirks.has(Quirk::unsigned_tree_connect_taken) &&
      !session.is_anonymous && !session.is_guest && !request.is_signed() && !request.is_encrypted) {
    const bool goes_on = quirks.has(Quirk::unsigned_tree_connect_refused);
    return goes_on ? fail(NtStatus::access_denied) : Disconnect{};
  }
  if (is_path_outside(request) && quirks.has(Quirk::path_outside_drops_connection)) return Disconnect{};
  const bool odd = request.body<smb2::TreeConnectRequest>().path_length.value % 2 != 0;
  if (odd && quirks.has(Quirk::odd_names_converted)) return fail(illegal_character);
  const auto name = share_name(quirks, request);
  if (!name) return fail(NtStatus::invalid_parameter);
  Share* share = find_share(global, *name);
  if (share == nullptr && quirks.has(Quirk::unknown_share_unanswered)) return Silence{};
  if (share == nullptr && quirks.has(Quirk::unknown_share_is_bad_path)) return fail(bad_network_path);
  if (share == nullptr) return fail(NtStatus::bad_network_name);
  const NtStatus refusal = admit(global.settings, connection, session, *share);
  if (refusal != NtStatus::success) return fail(refusal);

  const std::uint32_t id = session.next_tree_id++;
  const bool is_user = !session.is_anonymous && !session.is_guest;
  const TreeConnect tree{.tree_id = id,
                         .share = share_key(*name),
                         .creation_time = global.now,
                         .maximal_access = is_user ? full_access : read_access};
  session.tree_connect_table.emplace(id, tree);
  ++share->current_uses;
  return Reply{.body = smb2::TreeConnectResponse{.share_type = share->type,
                                                 .share_flags = share_flags(*share, connection.dialect),
                                                 .capabilities =
                                                     share_capabilities(quirks, *share, connection.dialect),
                                                 .maximal_access = tree.maximal_access},
               .tree_id = id};
}

}  // namespace reference
