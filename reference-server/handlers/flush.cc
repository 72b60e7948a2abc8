#include "reference-server/handlers/flush.h"

namespace reference {

// FILE_ADD_FILE and FILE_ADD_SUBDIRECTORY of directories are the same bits.
Answer flush(Global&, Connection&, Request& request) {
  constexpr auto writing = smb2::AccessMask::file_write_data | smb2::AccessMask::file_append_data;
  if ((request.open->granted_access & writing) == smb2::AccessMask::none)
    return fail(smb2::NtStatus::access_denied);
  return Reply{.body = smb2::FlushResponse{}};
}

}  // namespace reference
