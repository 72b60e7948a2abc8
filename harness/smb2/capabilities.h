// [MS-SMB2] 2.2.3, 2.2.4 Capabilities
#pragma once

#include <cstdint>

#include "harness/smb2/flags.h"

namespace smb2 {

enum class Capabilities : std::uint32_t {
  none = 0,
  dfs = 0x00000001,
  leasing = 0x00000002,
  large_mtu = 0x00000004,
  multi_channel = 0x00000008,
  persistent_handles = 0x00000010,
  directory_leasing = 0x00000020,
  encryption = 0x00000040,
  notifications = 0x00000080,
};

inline constexpr Name capability_names[] = {
    {0x01, "SMB2_GLOBAL_CAP_DFS", "DFS"},
    {0x02, "SMB2_GLOBAL_CAP_LEASING", "LEASING"},
    {0x04, "SMB2_GLOBAL_CAP_LARGE_MTU", "LARGE_MTU"},
    {0x08, "SMB2_GLOBAL_CAP_MULTI_CHANNEL", "MULTI_CHANNEL"},
    {0x10, "SMB2_GLOBAL_CAP_PERSISTENT_HANDLES", "PERSISTENT_HANDLES"},
    {0x20, "SMB2_GLOBAL_CAP_DIRECTORY_LEASING", "DIRECTORY_LEASING"},
    {0x40, "SMB2_GLOBAL_CAP_ENCRYPTION", "ENCRYPTION"},
    {0x80, "SMB2_GLOBAL_CAP_NOTIFICATIONS", "NOTIFICATIONS"},
};
constexpr Names names(Capabilities) { return capability_names; }
constexpr bool is_flags(Capabilities) { return true; }

}  // namespace smb2
