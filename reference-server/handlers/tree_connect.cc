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
using smb2::TreeConnectFlags;

constexpr NtStatus bad_network_path{0xc00000be};     // STATUS_BAD_NETWORK_PATH
constexpr NtStatus bad_cluster_dialect{0xc05d0001};  // STATUS_SMB_BAD_CLUSTER_DIALECT

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
    {&Share::supports_identity_remoting, ShareFlags::identity_remoting, Dialect::smb_3_1_1},
};

ShareFlags share_flags(const Quirks& quirks, const Share& share, Dialect dialect) {
  ShareFlags flags = share.csc_flags;
  for (const ShareFlag& rule : share_flag_rules) {
    if (share.*rule.property && dialect >= rule.since) flags = flags | rule.flag;
  }
  if (quirks.has(Quirk::dfs_root_unsaid)) flags = flags & ~ShareFlags::dfs_root;
  if (quirks.has(Quirk::hashes_in_every_dialect))
    flags = flags | ShareFlags::enable_hash_v1 | ShareFlags::enable_hash_v2;
  return flags;
}

ShareCapabilities cluster_capabilities(const Share& share, Dialect dialect, TreeConnectFlags asked) {
  if (share.clustering == Clustering::none || !smb2::is_3x(dialect)) return {};
  ShareCapabilities capabilities = ShareCapabilities::cluster;
  if (share.clustering != Clustering::scale_out) return capabilities;
  capabilities = capabilities | ShareCapabilities::scaleout;
  if (!share.is_asymmetric || dialect < Dialect::smb_3_0_2) return capabilities;
  capabilities = capabilities | ShareCapabilities::asymmetric;
  if (dialect == Dialect::smb_3_1_1 && smb2::has(asked, TreeConnectFlags::redirect_to_owner))
    capabilities = capabilities | ShareCapabilities::redirect_to_owner;
  return capabilities;
}

ShareCapabilities share_capabilities(const Quirks& quirks, const Share& share, Dialect dialect,
                                     TreeConnectFlags asked) {
  ShareCapabilities capabilities{};
  if (share.is_dfs) capabilities = capabilities | ShareCapabilities::dfs;
  if ((share.is_ca && smb2::is_3x(dialect)) || quirks.has(Quirk::ca_capability_below_3))
    capabilities = capabilities | ShareCapabilities::continuous_availability;
  if (!quirks.has(Quirk::cluster_unsaid))
    capabilities = capabilities | cluster_capabilities(share, dialect, asked);
  return capabilities;
}

bool is_path_outside(const Request& request) {
  const auto& body = request.body<smb2::TreeConnectRequest>();
  return std::size_t{body.path_offset.value} + body.path_length.value > request.bytes.size();
}

// The name of the share in \\server\share. Flags is reserved below 3.1.1, and with an extension or without,
// the path is where PathOffset says, whatever else the body was read as.
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
bool is_granted(const Settings& settings, const Session& session, const Share& share) {
  const ConnectSecurity& security = share.connect_security;
  // 3.3.4.13
  if (share.is_special && !settings.quirks.has(Quirk::administrative_shares_open))
    return !session.is_anonymous && !session.is_guest && settings.administrators.contains(session.user_name);
  if (session.is_anonymous) return security.anonymous && settings.allow_anonymous_access;
  if (session.is_guest) return security.guests;
  const auto is_user = [&](const std::string& name) { return share_key(name) == session.user_name; };
  return security.users.empty() || std::ranges::any_of(security.users, is_user);
}

// Data that come with an error: in 3.1.1 as an error context. 2.2.2
Answer fail_with(NtStatus status, Dialect dialect, smb2::ErrorContext data) {
  smb2::ErrorResponse error;
  if (dialect == Dialect::smb_3_1_1) {
    error.error_contexts = {std::move(data)};
  } else {
    error.error_data = std::get<wire::Bytes>(std::move(data.data));
  }
  return Reply{.status = status, .body = std::move(error)};
}

// The greatest dialect that clients of a cluster may speak, where theirs is beyond it.
std::optional<Answer> refuse_dialect(const Settings& settings, Dialect dialect, const Share& share,
                                     TreeConnectFlags asked) {
  const Dialect most = settings.max_cluster_dialect;
  if (share.clustering == Clustering::none || dialect <= most ||
      smb2::has(asked, TreeConnectFlags::cluster_reconnect) ||
      settings.quirks.has(Quirk::cluster_dialect_unchecked)) {
    return {};
  }
  const auto number = static_cast<std::uint16_t>(most);
  return fail_with(
      bad_cluster_dialect, dialect,
      {.data = wire::Bytes{static_cast<std::uint8_t>(number), static_cast<std::uint8_t>(number >> 8)}});
}

// Where the node is that hosts a share, to a client that goes there itself. 2.2.2.2.2
std::optional<Answer> redirect(const Quirks& quirks, Dialect dialect, const Share& share,
                               TreeConnectFlags asked) {
  const bool follows =
      smb2::has(asked, TreeConnectFlags::redirect_to_owner) || quirks.has(Quirk::redirected_unasked);
  if (share.clustering != Clustering::scale_out || !share.owner || dialect != Dialect::smb_3_1_1 || !follows)
    return {};
  if (quirks.has(Quirk::owner_unsaid)) return fail(NtStatus::bad_network_name);
  smb2::MoveDestination node;
  std::ranges::copy(*share.owner, node.address.begin());
  return fail_with(NtStatus::bad_network_name, dialect,
                   {.error_id = smb2::ErrorId::share_redirect,
                    .data = smb2::ShareRedirect{.ip_addr_move_list = {node},
                                                .resource_name = wire::Utf16::from_utf8(share.name)}});
}

// What a server does with contexts of the extension is to impersonate whom they name. It has no rights of its
// own here, so that what shows is that the contexts are looked at.
NtStatus process_contexts(const Settings& settings, const Share& share,
                          const smb2::TreeConnectRequest& body) {
  if (!settings.tree_connect_extension || !smb2::has(body.flags, TreeConnectFlags::extension_present))
    return NtStatus::success;
  if (settings.quirks.has(Quirk::tree_extension_refused)) return NtStatus::not_supported;
  const bool is_odd = std::ranges::any_of(body.tree_connect_contexts, [](const auto& context) {
    const auto* identity = std::get_if<smb2::RemotedIdentity>(&context.data);
    return identity != nullptr && identity->ticket_type.forced;
  });
  return is_odd && share.supports_identity_remoting && settings.quirks.has(Quirk::ticket_type_judged)
             ? NtStatus::invalid_parameter
             : NtStatus::success;
}

// What 3.3.5.7 refuses of a share that exists.
NtStatus admit(const Settings& settings, const Connection& connection, const Session& session,
               const Share& share) {
  const bool reject = settings.reject_unencrypted_access;
  if (implements_3x(settings) && (settings.encrypt_data || share.encrypt_data) && reject &&
      !settings.quirks.has(Quirk::encrypted_share_without_cipher) &&
      !smb2::has(connection.server_capabilities, Capabilities::encryption)) {
    return NtStatus::access_denied;
  }
  if (smb2::is_3x(connection.dialect) && share.encrypt_data && reject &&
      !smb2::has(connection.client_capabilities, Capabilities::encryption)) {
    return NtStatus::access_denied;
  }
  if (!is_granted(settings, session, share)) return NtStatus::access_denied;
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
  const auto& body = request.body<smb2::TreeConnectRequest>();
  if (auto refusal = refuse_dialect(global.settings, connection.dialect, *share, body.flags)) return *refusal;
  const NtStatus refusal = admit(global.settings, connection, session, *share);
  if (refusal != NtStatus::success) return fail(refusal);
  if (auto elsewhere = redirect(quirks, connection.dialect, *share, body.flags)) return *elsewhere;
  if (connection.dialect == Dialect::smb_3_1_1) {
    const NtStatus status = process_contexts(global.settings, *share, body);
    if (status != NtStatus::success) return fail(status);
  }

  const std::uint32_t id = session.next_tree_id++;
  const bool is_user = !session.is_anonymous && !session.is_guest;
  const TreeConnect tree{.tree_id = id,
                         .share = share_key(*name),
                         .creation_time = global.now,
                         .maximal_access = is_user ? full_access : read_access};
  const bool tells_access = session.tree_connect_table.empty() || !quirks.has(Quirk::maximal_access_once);
  session.tree_connect_table.emplace(id, tree);
  ++share->current_uses;
  const bool is_disk = share->type == smb2::ShareType::print && quirks.has(Quirk::printers_are_disks);
  return Reply{.body =
                   smb2::TreeConnectResponse{
                       .share_type = is_disk ? smb2::ShareType::disk : share->type,
                       .share_flags = share_flags(quirks, *share, connection.dialect),
                       .capabilities = share_capabilities(quirks, *share, connection.dialect, body.flags),
                       .maximal_access = tells_access ? tree.maximal_access : AccessMask{}},
               .tree_id = id};
}

}  // namespace reference
