#include "reference-server/handlers/create.h"

#include <algorithm>

#include "reference-server/model/opens.h"

namespace reference {
namespace {

using smb2::AccessMask;
using smb2::CreateAction;
using smb2::CreateDisposition;
using smb2::CreateOptions;
using smb2::FileAttributes;
using smb2::NtStatus;
using smb2::OplockLevel;
using smb2::ShareAccess;

constexpr std::size_t fixed_part = 56;            // bytes of the request without Buffer
constexpr std::size_t shortest_context_name = 4;  // bytes

bool any(AccessMask access, AccessMask of) { return (access & of) != AccessMask::none; }

// 2.2.13.1: what the generic rights stand for.
struct GenericRight {
  AccessMask generic;
  AccessMask specific;
};
constexpr GenericRight generic_rights[] = {
    {AccessMask::generic_read, AccessMask{0x00120089}},     // FILE_GENERIC_READ
    {AccessMask::generic_write, AccessMask{0x00120116}},    // FILE_GENERIC_WRITE
    {AccessMask::generic_execute, AccessMask{0x001200a0}},  // FILE_GENERIC_EXECUTE
    {AccessMask::generic_all, AccessMask{0x001f01ff}},      // FILE_ALL_ACCESS
};

// Open.GrantedAccess. The files have no security of their own: the share's is all there is.
std::expected<AccessMask, NtStatus> grant(AccessMask desired, AccessMask maximal) {
  AccessMask granted = desired & ~AccessMask::access_system_security;
  if (granted == AccessMask::none) return std::unexpected(NtStatus::access_denied);
  for (const GenericRight& right : generic_rights) {
    if (smb2::has(granted, right.generic)) granted = (granted & ~right.generic) | right.specific;
  }
  if (smb2::has(granted, AccessMask::maximum_allowed)) {
    granted = (granted & ~AccessMask::maximum_allowed) | maximal;
  }
  if (!smb2::has(maximal, granted)) return std::unexpected(NtStatus::access_denied);
  if (smb2::has(granted, AccessMask::file_execute)) granted = granted | AccessMask::file_read_data;
  return granted;
}

// [MS-FSA] 2.1.5.1.2: each kind of access against the sharing that allows it.
struct Sharing {
  AccessMask access;
  ShareAccess allowed_by;
};
constexpr Sharing sharing_rules[] = {
    {AccessMask::file_read_data | AccessMask::file_execute, ShareAccess::read},
    {AccessMask::file_write_data | AccessMask::file_append_data, ShareAccess::write},
    {AccessMask::delete_access, ShareAccess::delete_access},
};

// Opens for attributes alone neither disturb others nor are disturbed.
bool takes_part_in_sharing(AccessMask granted) {
  return std::ranges::any_of(sharing_rules, [&](const Sharing& rule) { return any(granted, rule.access); });
}

bool allows(ShareAccess shared, AccessMask granted) {
  return std::ranges::all_of(sharing_rules, [&](const Sharing& rule) {
    return !any(granted, rule.access) || smb2::has(shared, rule.allowed_by);
  });
}

// One CREATE under way.
struct Creation {
  Global& global;
  const smb2::CreateRequest& body;
  const TreeConnect& tree;
  Volume& volume;
  AccessMask granted{};

  bool wants(CreateOptions option) const { return smb2::has(body.create_options, option); }
  bool replaces() const {
    return body.create_disposition == CreateDisposition::supersede ||
           body.create_disposition == CreateDisposition::overwrite ||
           body.create_disposition == CreateDisposition::overwrite_if;
  }

  template <class Condition>
  bool any_open(std::uint64_t file, Condition condition) const {
    return std::ranges::any_of(global.open_table, [&](const auto& entry) {
      const Open& open = entry.second;
      return open.share == tree.share && open.local_open == file && condition(open);
    });
  }
};

// [MS-FSA] 2.1.5.1, of the parameters alone.
NtStatus check_parameters(const Creation& creation) {
  const smb2::CreateRequest& body = creation.body;
  const bool directory = creation.wants(CreateOptions::directory_file);
  if (body.impersonation_level > smb2::ImpersonationLevel::delegate) return NtStatus::bad_impersonation_level;
  if (body.create_disposition > CreateDisposition::overwrite_if ||
      (static_cast<std::uint32_t>(body.share_access) & ~7u) != 0 ||
      (directory && (creation.wants(CreateOptions::non_directory_file) || creation.replaces()))) {
    return NtStatus::invalid_parameter;
  }
  if (creation.wants(CreateOptions::open_by_file_id)) return NtStatus::not_supported;
  if (creation.wants(CreateOptions::delete_on_close) &&
      !smb2::has(creation.tree.maximal_access, AccessMask::delete_access)) {
    return NtStatus::access_denied;
  }
  if (creation.wants(CreateOptions::delete_on_close) &&
      !smb2::has(creation.granted, AccessMask::delete_access)) {
    return NtStatus::invalid_parameter;
  }
  return NtStatus::success;
}

FileAttributes attributes_of_new(const Creation& creation) {
  constexpr FileAttributes kept =
      FileAttributes::readonly | FileAttributes::hidden | FileAttributes::system | FileAttributes::temporary;
  const FileAttributes kind =
      creation.wants(CreateOptions::directory_file) ? FileAttributes::directory : FileAttributes::archive;
  return (creation.body.file_attributes & kept) | kind;
}

// [MS-FSA] 2.1.5.1.2: what a file that is there refuses.
NtStatus admit(const Creation& creation, const File& file) {
  constexpr AccessMask writing = AccessMask::file_write_data | AccessMask::file_append_data;
  const bool conflicts =
      takes_part_in_sharing(creation.granted) && creation.any_open(file.id, [&](const Open& open) {
        return takes_part_in_sharing(open.granted_access) &&
               (!allows(open.share_access, creation.granted) ||
                !allows(creation.body.share_access, open.granted_access));
      });
  if (creation.body.create_disposition == CreateDisposition::create) return NtStatus::object_name_collision;
  if (file.delete_pending) return NtStatus::delete_pending;
  if (creation.wants(CreateOptions::directory_file) && !file.is_directory()) return NtStatus::not_a_directory;
  if (file.is_directory() && (creation.wants(CreateOptions::non_directory_file) || creation.replaces())) {
    return NtStatus::file_is_a_directory;
  }
  if (smb2::has(file.attributes, FileAttributes::readonly) && !file.is_directory()) {
    if (any(creation.granted, writing) || creation.replaces()) return NtStatus::access_denied;
    if (creation.wants(CreateOptions::delete_on_close)) return NtStatus::cannot_delete;
  }
  return conflicts ? NtStatus::sharing_violation : NtStatus::success;
}

// What became of the file, and which one it is.
struct Opened {
  std::uint64_t file;
  CreateAction action;
};

std::expected<Opened, NtStatus> open_existing(const Creation& creation, std::uint64_t id) {
  File& file = creation.volume.at(id);
  if (const NtStatus refusal = admit(creation, file); refusal != NtStatus::success)
    return std::unexpected(refusal);
  if (!creation.replaces()) return Opened{id, CreateAction::opened};
  if (!smb2::has(creation.tree.maximal_access, AccessMask::file_write_data))
    return std::unexpected(NtStatus::access_denied);
  creation.volume.resize(file, 0);
  file.attributes = attributes_of_new(creation);
  file.last_write_time = file.change_time = creation.global.system_time();
  const bool supersedes = creation.body.create_disposition == CreateDisposition::supersede;
  return Opened{id, supersedes ? CreateAction::superseded : CreateAction::overwritten};
}

std::expected<Opened, NtStatus> make_new(const Creation& creation, const Place& place) {
  const auto disposition = creation.body.create_disposition;
  if (disposition == CreateDisposition::open || disposition == CreateDisposition::overwrite)
    return std::unexpected(NtStatus::object_name_not_found);
  if (!smb2::has(creation.tree.maximal_access, AccessMask::file_write_data))
    return std::unexpected(NtStatus::access_denied);
  if (creation.volume.at(place.parent).delete_pending) return std::unexpected(NtStatus::delete_pending);
  const auto made = creation.volume.make(place, attributes_of_new(creation), creation.global.system_time());
  if (!made) return std::unexpected(NtStatus::disk_full);
  return Opened{*made, CreateAction::created};
}

// Nothing breaks an oplock yet, so one is granted only where nobody else can come to need that: to the only
// Open of a file, which shares it with nobody.
OplockLevel oplock(const Creation& creation, std::uint64_t file) {
  const OplockLevel wanted = creation.body.requested_oplock_level;
  const bool exclusive = wanted == OplockLevel::batch || wanted == OplockLevel::exclusive;
  const bool alone = creation.body.share_access == ShareAccess::none &&
                     takes_part_in_sharing(creation.granted) && !creation.volume.at(file).is_directory() &&
                     !creation.any_open(file, [](const Open&) { return true; });
  return exclusive && alone ? wanted : OplockLevel::none;
}

smb2::CreateResponse response(const Open& open, const File& file, CreateAction action) {
  return {.oplock_level = open.oplock_level,
          .create_action = action,
          .creation_time = file.creation_time,
          .last_access_time = file.last_access_time,
          .last_write_time = file.last_write_time,
          .change_time = file.change_time,
          .allocation_size = file.allocation_size(),
          .end_of_file = file.data.size(),
          .file_attributes = file.attributes,
          .file_id = file_id_of(open)};
}

std::expected<Opened, NtStatus> execute(Creation& creation) {
  const auto path = parse_path(creation.body.name);
  if (!path) return std::unexpected(path.error());
  const auto granted = grant(creation.body.desired_access, creation.tree.maximal_access);
  if (!granted) return std::unexpected(granted.error());
  creation.granted = *granted;
  if (const NtStatus refusal = check_parameters(creation); refusal != NtStatus::success)
    return std::unexpected(refusal);
  const auto place = creation.volume.locate(*path);
  if (!place) return std::unexpected(place.error());
  return place->file ? open_existing(creation, *place->file) : make_new(creation, *place);
}

}  // namespace

Answer create(Global& global, Connection&, Request& request) {
  const auto& body = request.body<smb2::CreateRequest>();
  const bool short_context = std::ranges::any_of(
      body.create_contexts, [](const auto& context) { return context.name.size() < shortest_context_name; });
  const bool misplaced_name =
      body.name_length.value != 0 && body.name_offset.value < smb2::header_size + fixed_part;
  const bool odd = body.name_length.value % 2 != 0;
  if (odd && global.settings.quirks.has(Quirk::odd_names_converted)) return fail(illegal_character);
  if (odd || misplaced_name || short_context) return fail(NtStatus::invalid_parameter);
  const TreeConnect& tree = *request.tree_connect;
  Session& session = *request.session;
  const auto volume = global.volumes.find(tree.share);
  if (volume == global.volumes.end()) {  // IPC$
    return fail(session.is_anonymous ? NtStatus::access_denied : NtStatus::object_name_not_found);
  }
  if (session.open_table.size() >= global.settings.max_opens) return fail(NtStatus::insufficient_resources);

  Creation creation{.global = global, .body = body, .tree = tree, .volume = volume->second};
  const auto opened = execute(creation);
  if (!opened) {
    const bool unanswered = opened.error() == NtStatus::bad_impersonation_level &&
                            global.settings.quirks.has(Quirk::bad_impersonation_unanswered);
    return unanswered ? Answer{Silence{}} : fail(opened.error());
  }
  const bool from_zero = global.settings.quirks.has(Quirk::channel_sequence_from_zero);
  const std::uint16_t first_sequence = from_zero ? std::uint16_t{0} : request.header().channel_sequence;
  Open& open = insert_open(global, session,
                           {.tree_connect = tree.tree_id,
                            .share = tree.share,
                            .local_open = opened->file,
                            .granted_access = creation.granted,
                            .oplock_level = oplock(creation, opened->file),
                            .share_access = body.share_access,
                            .create_options = body.create_options,
                            .channel_sequence = first_sequence});
  return Reply{.body = response(open, file_of(global, open), opened->action)};
}

}  // namespace reference
