// Preauthentication integrity of 3.1.1. [MS-SMB2] 3.3.5.4, 3.3.5.5
#pragma once

#include <array>
#include <cstdint>

#include "harness/wire/bytes.h"

namespace crypto {

using PreauthHash = std::array<std::uint8_t, 64>;

// SHA-512 over the value so far and the next message; a value that can be copied, as a session's starts from
// its connection's.
class PreauthIntegrity {
 public:
  // From the SMB2 header to the last byte, without the transport's header.
  void absorb(wire::View message);

  const PreauthHash& value() const { return value_; }

 private:
  PreauthHash value_{};
};

}  // namespace crypto
