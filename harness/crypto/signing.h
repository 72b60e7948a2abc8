// Signatures of messages. [MS-SMB2] 3.1.4.1
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "harness/wire/bytes.h"

namespace crypto {

using wire::View;

using Signature = std::array<std::uint8_t, 16>;

// As SMB2_SIGNING_CAPABILITIES numbers them. [MS-SMB2] 2.2.3.1.7
enum class SigningAlgorithm : std::uint16_t { hmac_sha256 = 0, aes_cmac = 1, aes_gmac = 2 };

// Only AES-GMAC looks at it. [MS-SMB2] 3.1.4.1
using SigningNonce = std::array<std::uint8_t, 12>;

// Signs the parts as if they were one message, so that sixteen zeros can stand in for the Signature field
// without a copy. HMAC-SHA256 takes a key of any size and keeps its first 16 bytes; the AES algorithms take
// 16 bytes. Throws std::invalid_argument for a key of another size or an unknown algorithm.
Signature sign(SigningAlgorithm algorithm, View key, const SigningNonce& nonce,
               std::span<const View> message);

}  // namespace crypto
