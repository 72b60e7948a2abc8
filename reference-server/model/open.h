// [MS-SMB2] 3.3.1.10 Per Open
#pragma once

#include <cstdint>
#include <string>

#include "harness/smb2/create.h"

namespace reference {

struct Open {
  std::uint64_t file_id = 0;          // its key in Session.OpenTable
  std::uint64_t durable_file_id = 0;  // its key in GlobalOpenTable
  std::uint64_t session = 0;          // SessionId
  std::uint32_t tree_connect = 0;     // TreeId
  std::string share;                  // whose volume holds the file: its key in ShareList
  std::uint64_t local_open = 0;       // the file's id there
  smb2::AccessMask granted_access{};
  smb2::OplockLevel oplock_level{};
  smb2::ShareAccess share_access{};
  smb2::CreateOptions create_options{};
  std::uint16_t channel_sequence = 0;  // 3.x
};

// 2.2.14.1
smb2::FileId file_id_of(const Open& open);

}  // namespace reference
