// The keys of a session, derived from what its authentication agreed on. [MS-SMB2] 3.1.4.2
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "harness/wire/bytes.h"

namespace crypto {

using wire::Bytes;
using wire::View;

// SP800-108 in counter mode with HMAC-SHA256, counter and length of 32 bits. The label includes its closing
// NUL. `bits` is a multiple of 8 up to 256, for which one block is enough; anything else throws
// std::invalid_argument.
Bytes derive_key(View key, std::string_view label_with_nul, View context, unsigned bits);

// Session.SessionKey: the first 16 bytes of the mechanism's key (Session.FullSessionKey), padded with zeros.
// [MS-SMB2] 3.3.5.5.3
std::array<std::uint8_t, 16> session_key(View full_session_key);

struct SessionKeys {
  Bytes signing;
  Bytes application;
  Bytes encryption;  // of what the client sends: the client's EncryptionKey, the server's DecryptionKey
  Bytes decryption;  // of what the server sends: the client's DecryptionKey, the server's EncryptionKey
};

// 2.0.2 and 2.1: the session key itself; no cipher keys.
SessionKeys session_keys_2x(View full_session_key);

// 3.0 and 3.0.2.
SessionKeys session_keys_30(View full_session_key);

// 3.1.1. `cipher_key_bits` is 128 or 256, or 0 where no cipher was agreed on: no cipher keys then. A channel
// that is bound to a session signs with the `signing` of its own authentication and preauth hash.
SessionKeys session_keys_311(View full_session_key, unsigned cipher_key_bits, View preauth_hash);

}  // namespace crypto
