// [MS-SMB2] 2.2.10 ShareType
#pragma once

#include <cstdint>

#include "harness/smb2/flags.h"

namespace smb2 {

enum class ShareType : std::uint8_t { disk = 0x01, pipe = 0x02, print = 0x03 };

inline constexpr Name share_type_names[] = {
    {0x01, "SMB2_SHARE_TYPE_DISK", "DISK"},
    {0x02, "SMB2_SHARE_TYPE_PIPE", "PIPE"},
    {0x03, "SMB2_SHARE_TYPE_PRINT", "PRINT"},
};
constexpr Names names(ShareType) { return share_type_names; }

}  // namespace smb2
