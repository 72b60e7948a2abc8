// [MS-SMB2] 2.2.13.1 SMB2 Access Mask Encoding. The low bits mean one thing for files, pipes and printers,
// and another for directories, whose name is the alias.
#pragma once

#include <cstdint>

#include "harness/smb2/flags.h"

namespace smb2 {

enum class AccessMask : std::uint32_t {
  none = 0,
  file_read_data = 0x00000001,
  file_write_data = 0x00000002,
  file_append_data = 0x00000004,
  file_read_ea = 0x00000008,
  file_write_ea = 0x00000010,
  file_execute = 0x00000020,
  file_delete_child = 0x00000040,
  file_read_attributes = 0x00000080,
  file_write_attributes = 0x00000100,
  delete_access = 0x00010000,
  read_control = 0x00020000,
  write_dac = 0x00040000,
  write_owner = 0x00080000,
  synchronize = 0x00100000,
  access_system_security = 0x01000000,
  maximum_allowed = 0x02000000,
  generic_all = 0x10000000,
  generic_execute = 0x20000000,
  generic_write = 0x40000000,
  generic_read = 0x80000000,
};

inline constexpr Name access_mask_names[] = {
    {0x00000001, "FILE_READ_DATA", "FILE_LIST_DIRECTORY"},
    {0x00000002, "FILE_WRITE_DATA", "FILE_ADD_FILE"},
    {0x00000004, "FILE_APPEND_DATA", "FILE_ADD_SUBDIRECTORY"},
    {0x00000008, "FILE_READ_EA"},
    {0x00000010, "FILE_WRITE_EA"},
    {0x00000020, "FILE_EXECUTE", "FILE_TRAVERSE"},
    {0x00000040, "FILE_DELETE_CHILD"},
    {0x00000080, "FILE_READ_ATTRIBUTES"},
    {0x00000100, "FILE_WRITE_ATTRIBUTES"},
    {0x00010000, "DELETE"},
    {0x00020000, "READ_CONTROL"},
    {0x00040000, "WRITE_DAC"},
    {0x00080000, "WRITE_OWNER"},
    {0x00100000, "SYNCHRONIZE"},
    {0x01000000, "ACCESS_SYSTEM_SECURITY"},
    {0x02000000, "MAXIMUM_ALLOWED"},
    {0x10000000, "GENERIC_ALL"},
    {0x20000000, "GENERIC_EXECUTE"},
    {0x40000000, "GENERIC_WRITE"},
    {0x80000000, "GENERIC_READ"},
};
constexpr Names names(AccessMask) { return access_mask_names; }
constexpr bool is_flags(AccessMask) { return true; }

}  // namespace smb2
