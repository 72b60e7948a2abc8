// [MS-SMB2] 2.2.3.1.5, 2.2.4.1.5 SMB2_TRANSPORT_CAPABILITIES
#pragma once

#include <cstdint>
#include <vector>

#include "harness/smb2/flags.h"
#include "harness/wire/derived.h"
#include "harness/wire/value.h"

namespace smb2 {

enum class TransportFlags : std::uint32_t { none = 0, accept_transport_level_security = 0x00000001 };

inline constexpr Name transport_flag_names[] = {
    {0x00000001, "SMB2_ACCEPT_TRANSPORT_LEVEL_SECURITY", "ACCEPT_TRANSPORT_LEVEL_SECURITY"}};
constexpr Names names(TransportFlags) { return transport_flag_names; }
constexpr bool is_flags(TransportFlags) { return true; }

struct TransportCapabilities {
  TransportFlags flags{};
};

template <class V>
void describe(V& v, TransportCapabilities& m) {
  v.value("Flags", m.flags);
}

}  // namespace smb2
