// [MS-SMB2] 3.3.1.6 Per Share
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/smb2/share_flags.h"
#include "harness/smb2/share_type.h"

namespace reference {

// Who may connect.
struct ConnectSecurity {
  std::vector<std::string> users;  // by name; empty: all that have logged in
  bool guests = true;
  bool anonymous = false;
};

struct Share {
  std::string name;  // UTF-8; unique without regard to case
  smb2::ShareType type = smb2::ShareType::disk;
  ConnectSecurity connect_security;
  smb2::ShareFlags csc_flags = smb2::ShareFlags::manual_caching;
  bool is_dfs = false;
  bool allow_namespace_caching = false;
  bool force_shared_delete = false;
  bool restrict_exclusive_opens = false;
  bool force_level2_oplock = false;
  std::uint32_t max_uses = 0xffffffff;
  std::uint32_t current_uses = 0;

  // 3.x
  bool is_ca = false;
  bool encrypt_data = false;
  // 3.1.1
  bool compress_data = false;
};

}  // namespace reference
