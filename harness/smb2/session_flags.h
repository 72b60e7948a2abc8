// [MS-SMB2] 2.2.5 Flags, 2.2.6 SessionFlags
#pragma once

#include <cstdint>

#include "harness/smb2/flags.h"

namespace smb2 {

enum class SessionSetupFlags : std::uint8_t { none = 0, binding = 0x01 };

inline constexpr Name session_setup_flag_names[] = {{0x01, "SMB2_SESSION_FLAG_BINDING", "BINDING"}};
constexpr Names names(SessionSetupFlags) { return session_setup_flag_names; }
constexpr bool is_flags(SessionSetupFlags) { return true; }

enum class SessionFlags : std::uint16_t {
  none = 0,
  is_guest = 0x0001,
  is_null = 0x0002,
  encrypt_data = 0x0004
};

inline constexpr Name session_flag_names[] = {
    {0x0001, "SMB2_SESSION_FLAG_IS_GUEST", "IS_GUEST"},
    {0x0002, "SMB2_SESSION_FLAG_IS_NULL", "IS_NULL"},
    {0x0004, "SMB2_SESSION_FLAG_ENCRYPT_DATA", "ENCRYPT_DATA"},
};
constexpr Names names(SessionFlags) { return session_flag_names; }
constexpr bool is_flags(SessionFlags) { return true; }

}  // namespace smb2
