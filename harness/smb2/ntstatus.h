// [MS-ERREF] 2.3.1 NTSTATUS values that SMB2 servers are known to send.
#pragma once

#include <cstdint>
#include <string>

#include "harness/smb2/flags.h"

namespace smb2 {

enum class NtStatus : std::uint32_t {
  success = 0x00000000,
  pending = 0x00000103,
  notify_cleanup = 0x0000010b,
  notify_enum_dir = 0x0000010c,
  buffer_overflow = 0x80000005,
  sec_e_invalid_token = 0x80090308,
  invalid_info_class = 0xc0000003,
  info_length_mismatch = 0xc0000004,
  invalid_handle = 0xc0000008,
  invalid_parameter = 0xc000000d,
  invalid_device_request = 0xc0000010,
  end_of_file = 0xc0000011,
  more_processing_required = 0xc0000016,
  access_denied = 0xc0000022,
  buffer_too_small = 0xc0000023,
  object_name_invalid = 0xc0000033,
  object_name_not_found = 0xc0000034,
  object_name_collision = 0xc0000035,
  object_path_not_found = 0xc000003a,
  sharing_violation = 0xc0000043,
  delete_pending = 0xc0000056,
  logon_failure = 0xc000006d,
  disk_full = 0xc000007f,
  insufficient_resources = 0xc000009a,
  bad_impersonation_level = 0xc00000a5,
  file_is_a_directory = 0xc00000ba,
  not_supported = 0xc00000bb,
  network_name_deleted = 0xc00000c9,
  bad_network_name = 0xc00000cc,
  request_not_accepted = 0xc00000d0,
  not_a_directory = 0xc0000103,
  cancelled = 0xc0000120,
  cannot_delete = 0xc0000121,
  file_closed = 0xc0000128,
  fs_driver_required = 0xc000019c,
  user_session_deleted = 0xc0000203,
  not_found = 0xc0000225,
  network_session_expired = 0xc000035c,
  file_not_available = 0xc0000467,
  smb_no_preauth_integrity_hash_overlap = 0xc05d0000,
};

Names names(NtStatus);

// "STATUS_NOT_SUPPORTED (0xc00000bb)".
std::string to_text(NtStatus status);

}  // namespace smb2
