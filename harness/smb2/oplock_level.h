// [MS-SMB2] 2.2.13 RequestedOplockLevel, 2.2.14 OplockLevel
#pragma once

#include <cstdint>

#include "harness/smb2/flags.h"

namespace smb2 {

enum class OplockLevel : std::uint8_t {
  none = 0x00,
  ii = 0x01,
  exclusive = 0x08,
  batch = 0x09,
  lease = 0xff
};

inline constexpr Name oplock_level_names[] = {
    {0x00, "SMB2_OPLOCK_LEVEL_NONE", "NONE"},           {0x01, "SMB2_OPLOCK_LEVEL_II", "II"},
    {0x08, "SMB2_OPLOCK_LEVEL_EXCLUSIVE", "EXCLUSIVE"}, {0x09, "SMB2_OPLOCK_LEVEL_BATCH", "BATCH"},
    {0xff, "SMB2_OPLOCK_LEVEL_LEASE", "LEASE"},
};
constexpr Names names(OplockLevel) { return oplock_level_names; }

}  // namespace smb2
