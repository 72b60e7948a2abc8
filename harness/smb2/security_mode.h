// [MS-SMB2] 2.2.3, 2.2.4, 2.2.5 SecurityMode
#pragma once

#include <cstdint>

#include "harness/smb2/flags.h"

namespace smb2 {

enum class SecurityMode : std::uint16_t { none = 0, signing_enabled = 0x0001, signing_required = 0x0002 };

inline constexpr Name security_mode_names[] = {
    {0x0001, "SMB2_NEGOTIATE_SIGNING_ENABLED"},
    {0x0002, "SMB2_NEGOTIATE_SIGNING_REQUIRED"},
};
constexpr Names names(SecurityMode) { return security_mode_names; }
constexpr bool is_flags(SecurityMode) { return true; }

// The same in the one byte that SESSION_SETUP has for it.
enum class SessionSecurityMode : std::uint8_t { none = 0, signing_enabled = 0x01, signing_required = 0x02 };

constexpr Names names(SessionSecurityMode) { return security_mode_names; }
constexpr bool is_flags(SessionSecurityMode) { return true; }

}  // namespace smb2
