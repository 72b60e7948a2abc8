// [MS-SMB2] 3.3.1.6 Per Share
#pragma once

#include <array>
#include <cstdint>
#include <optional>
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

// [MS-SRVS] 2.2.2.4: STYPE_CLUSTER_FS and STYPE_CLUSTER_SOFS, which answer alike but for what scales out.
enum class Clustering : std::uint8_t { none, clustered, scale_out };

struct Share {
  std::string name;  // UTF-8; unique without regard to case
  smb2::ShareType type = smb2::ShareType::disk;
  bool is_special = false;  // STYPE_SPECIAL: for administrators
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
  Clustering clustering = Clustering::none;
  bool is_asymmetric = false;
  // 3.1.1
  bool compress_data = false;
  bool supports_identity_remoting = false;
  std::optional<std::array<std::uint8_t, 4>> owner;  // IPv4 address of the node that hosts it; none: this one
};

}  // namespace reference
