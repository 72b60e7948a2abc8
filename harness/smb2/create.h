// [MS-SMB2] 2.2.13 SMB2 CREATE Request, 2.2.14 SMB2 CREATE Response
#pragma once

#include <cstdint>
#include <vector>

#include "harness/smb2/access_mask.h"
#include "harness/smb2/create_context.h"
#include "harness/smb2/file_attributes.h"
#include "harness/smb2/file_id.h"
#include "harness/smb2/oplock_level.h"
#include "harness/wire/value.h"

namespace smb2 {

enum class ImpersonationLevel : std::uint32_t {
  anonymous = 0,
  identification = 1,
  impersonation = 2,
  delegate = 3
};

inline constexpr Name impersonation_level_names[] = {
    {0, "Anonymous"}, {1, "Identification"}, {2, "Impersonation"}, {3, "Delegate"}};
constexpr Names names(ImpersonationLevel) { return impersonation_level_names; }

enum class ShareAccess : std::uint32_t { none = 0, read = 0x1, write = 0x2, delete_access = 0x4 };

inline constexpr Name share_access_names[] = {{0x1, "FILE_SHARE_READ", "READ"},
                                              {0x2, "FILE_SHARE_WRITE", "WRITE"},
                                              {0x4, "FILE_SHARE_DELETE", "DELETE"}};
constexpr Names names(ShareAccess) { return share_access_names; }
constexpr bool is_flags(ShareAccess) { return true; }

enum class CreateDisposition : std::uint32_t {
  supersede = 0,
  open = 1,
  create = 2,
  open_if = 3,
  overwrite = 4,
  overwrite_if = 5,
};

inline constexpr Name create_disposition_names[] = {
    {0, "FILE_SUPERSEDE"}, {1, "FILE_OPEN"},      {2, "FILE_CREATE"},
    {3, "FILE_OPEN_IF"},   {4, "FILE_OVERWRITE"}, {5, "FILE_OVERWRITE_IF"},
};
constexpr Names names(CreateDisposition) { return create_disposition_names; }

enum class CreateOptions : std::uint32_t {
  none = 0,
  directory_file = 0x00000001,
  write_through = 0x00000002,
  non_directory_file = 0x00000040,
  delete_on_close = 0x00001000,
  open_by_file_id = 0x00002000,
  open_reparse_point = 0x00200000,
};

inline constexpr Name create_option_names[] = {
    {0x00000001, "FILE_DIRECTORY_FILE"},
    {0x00000002, "FILE_WRITE_THROUGH"},
    {0x00000004, "FILE_SEQUENTIAL_ONLY"},
    {0x00000008, "FILE_NO_INTERMEDIATE_BUFFERING"},
    {0x00000010, "FILE_SYNCHRONOUS_IO_ALERT"},
    {0x00000020, "FILE_SYNCHRONOUS_IO_NONALERT"},
    {0x00000040, "FILE_NON_DIRECTORY_FILE"},
    {0x00000100, "FILE_COMPLETE_IF_OPLOCKED"},
    {0x00000200, "FILE_NO_EA_KNOWLEDGE"},
    {0x00000400, "FILE_OPEN_REMOTE_INSTANCE"},
    {0x00000800, "FILE_RANDOM_ACCESS"},
    {0x00001000, "FILE_DELETE_ON_CLOSE"},
    {0x00002000, "FILE_OPEN_BY_FILE_ID"},
    {0x00004000, "FILE_OPEN_FOR_BACKUP_INTENT"},
    {0x00008000, "FILE_NO_COMPRESSION"},
    {0x00010000, "FILE_OPEN_REQUIRING_OPLOCK"},
    {0x00020000, "FILE_DISALLOW_EXCLUSIVE"},
    {0x00100000, "FILE_RESERVE_OPFILTER"},
    {0x00200000, "FILE_OPEN_REPARSE_POINT"},
    {0x00400000, "FILE_OPEN_NO_RECALL"},
    {0x00800000, "FILE_OPEN_FOR_FREE_SPACE_QUERY"},
};
constexpr Names names(CreateOptions) { return create_option_names; }
constexpr bool is_flags(CreateOptions) { return true; }

enum class CreateFlags : std::uint8_t { none = 0, reparse_point = 0x01 };

inline constexpr Name create_flag_names[] = {{0x01, "SMB2_CREATE_FLAG_REPARSEPOINT", "REPARSEPOINT"}};
constexpr Names names(CreateFlags) { return create_flag_names; }
constexpr bool is_flags(CreateFlags) { return true; }

enum class CreateAction : std::uint32_t { superseded = 0, opened = 1, created = 2, overwritten = 3 };

inline constexpr Name create_action_names[] = {
    {0, "FILE_SUPERSEDED"}, {1, "FILE_OPENED"}, {2, "FILE_CREATED"}, {3, "FILE_OVERWRITTEN"}};
constexpr Names names(CreateAction) { return create_action_names; }

struct CreateRequest {
  wire::Derived<std::uint16_t> structure_size;
  std::uint8_t security_flags = 0;
  OplockLevel requested_oplock_level{};
  ImpersonationLevel impersonation_level = ImpersonationLevel::impersonation;
  std::uint64_t smb_create_flags = 0;
  std::uint64_t reserved = 0;
  AccessMask desired_access{};
  FileAttributes file_attributes{};
  ShareAccess share_access{};
  CreateDisposition create_disposition{};
  CreateOptions create_options{};
  wire::Offset<std::uint16_t> name_offset;
  wire::Derived<std::uint16_t> name_length;
  wire::Offset<std::uint32_t> create_contexts_offset;
  wire::Derived<std::uint32_t> create_contexts_length;
  wire::Utf16 name;  // relative to the share
  std::vector<CreateContext> create_contexts;
};

struct CreateResponse {
  wire::Derived<std::uint16_t> structure_size;
  OplockLevel oplock_level{};
  CreateFlags flags{};  // 3.x; reserved below
  CreateAction create_action{};
  std::uint64_t creation_time = 0;  // FILETIME, as the next three
  std::uint64_t last_access_time = 0;
  std::uint64_t last_write_time = 0;
  std::uint64_t change_time = 0;
  std::uint64_t allocation_size = 0;  // bytes
  std::uint64_t end_of_file = 0;      // bytes
  FileAttributes file_attributes{};
  std::uint32_t reserved2 = 0;
  FileId file_id{};
  wire::Offset<std::uint32_t> create_contexts_offset;
  wire::Derived<std::uint32_t> create_contexts_length;
  std::vector<CreateContext> create_contexts;
};

template <class V>
void describe(V& v, CreateRequest& m);
template <class V>
void describe(V& v, CreateResponse& m);

}  // namespace smb2
