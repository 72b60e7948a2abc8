// Encryption of messages. [MS-SMB2] 3.1.4.3
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "harness/wire/bytes.h"

namespace crypto {

using wire::Bytes;
using wire::View;

// As SMB2_ENCRYPTION_CAPABILITIES numbers them. [MS-SMB2] 2.2.3.1.2
enum class Cipher : std::uint16_t { aes_128_ccm = 1, aes_128_gcm = 2, aes_256_ccm = 3, aes_256_gcm = 4 };

// In bytes; 0 for an unknown cipher.
std::size_t key_size(Cipher cipher);
std::size_t nonce_size(Cipher cipher);

using Tag = std::array<std::uint8_t, 16>;

struct Sealed {
  Bytes ciphertext;  // as long as the plaintext
  Tag tag;
};

// Throws std::invalid_argument for an unknown cipher, a key or nonce that is not of its size, and 2 GiB or
// more.
Sealed seal(Cipher cipher, View key, View nonce, View additional_data, View plaintext);

// The plaintext. Nothing where the tag is not right, or with what `seal` would refuse.
std::optional<Bytes> open(Cipher cipher, View key, View nonce, View additional_data, View ciphertext,
                          const Tag& tag);

}  // namespace crypto
