// [MS-SMB2] 2.2.5 SMB2 SESSION_SETUP Request, 2.2.6 SMB2 SESSION_SETUP Response
#pragma once

#include <cstdint>

#include "harness/smb2/capabilities.h"
#include "harness/smb2/security_mode.h"
#include "harness/smb2/session_flags.h"
#include "harness/wire/bytes.h"
#include "harness/wire/derived.h"

namespace smb2 {

struct SessionSetupRequest {
  wire::Derived<std::uint16_t> structure_size;
  SessionSetupFlags flags{};
  SessionSecurityMode security_mode = SessionSecurityMode::signing_enabled;
  Capabilities capabilities{};
  std::uint32_t channel = 0;
  wire::Offset<std::uint16_t> security_buffer_offset;
  wire::Derived<std::uint16_t> security_buffer_length;
  std::uint64_t previous_session_id = 0;
  wire::Bytes buffer;
};

struct SessionSetupResponse {
  wire::Derived<std::uint16_t> structure_size;
  SessionFlags session_flags{};
  wire::Offset<std::uint16_t> security_buffer_offset;
  wire::Derived<std::uint16_t> security_buffer_length;
  wire::Bytes buffer;
};

template <class V>
void describe(V& v, SessionSetupRequest& m);
template <class V>
void describe(V& v, SessionSetupResponse& m);

}  // namespace smb2
