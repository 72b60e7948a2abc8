// The algorithms that NTLM rests on. [MS-NLMP] 3.3 and 3.4
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <span>
#include <string>

#include "harness/wire/bytes.h"

namespace crypto {

using wire::Bytes;
using wire::View;

using Digest128 = std::array<std::uint8_t, 16>;

Digest128 md5(View message);

// Of the parts as if they were one message. A key of any size.
Digest128 hmac_md5(View key, std::span<const View> message);
Digest128 hmac_md5(View key, View message);

// MD4 and RC4 live in OpenSSL's legacy provider. Where it cannot be loaded, the error says why and what to
// do.
std::expected<Digest128, std::string> md4(View message);

// Enciphers and deciphers, from the start of the key stream. Throws std::invalid_argument for a key that is
// empty or longer than 256 bytes.
std::expected<Bytes, std::string> rc4(View key, View data);

}  // namespace crypto
