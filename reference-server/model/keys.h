// Keys that a message is protected with, each with its algorithm.
#pragma once

#include <cstdint>

#include "harness/crypto/sealing.h"
#include "harness/crypto/signing.h"
#include "harness/wire/bytes.h"

namespace reference {

struct SigningKey {
  crypto::SigningAlgorithm algorithm{};
  wire::Bytes key;
};

struct SealingKey {
  crypto::Cipher cipher{};
  wire::Bytes key;
  std::uint64_t session_id = 0;

  bool operator==(const SealingKey&) const = default;
};

}  // namespace reference
