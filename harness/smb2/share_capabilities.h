// [MS-SMB2] 2.2.10 Capabilities
#pragma once

#include <cstdint>

#include "harness/smb2/flags.h"

namespace smb2 {

enum class ShareCapabilities : std::uint32_t {
  none = 0,
  dfs = 0x00000008,
  continuous_availability = 0x00000010,
  scaleout = 0x00000020,
  cluster = 0x00000040,
  asymmetric = 0x00000080,
  redirect_to_owner = 0x00000100,
};

inline constexpr Name share_capability_names[] = {
    {0x00000008, "SMB2_SHARE_CAP_DFS", "DFS"},
    {0x00000010, "SMB2_SHARE_CAP_CONTINUOUS_AVAILABILITY", "CONTINUOUS_AVAILABILITY"},
    {0x00000020, "SMB2_SHARE_CAP_SCALEOUT", "SCALEOUT"},
    {0x00000040, "SMB2_SHARE_CAP_CLUSTER", "CLUSTER"},
    {0x00000080, "SMB2_SHARE_CAP_ASYMMETRIC", "ASYMMETRIC"},
    {0x00000100, "SMB2_SHARE_CAP_REDIRECT_TO_OWNER", "REDIRECT_TO_OWNER"},
};
constexpr Names names(ShareCapabilities) { return share_capability_names; }
constexpr bool is_flags(ShareCapabilities) { return true; }

}  // namespace smb2
