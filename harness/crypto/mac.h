// Message authentication codes with a key. For this folder's sources.
#pragma once

#include <cstdint>
#include <span>

#include "harness/crypto/openssl.h"
#include "harness/wire/bytes.h"

namespace crypto {

// An algorithm that is fetched and configured once and then takes one key after the other: one object a
// thread.
class KeyedMac {
 public:
  static KeyedMac hmac(const char* digest);
  static KeyedMac cmac(const char* cipher);

  // Writes the code to the front of `out`, which has room for it.
  void compute(wire::View key, std::span<const wire::View> message, std::span<std::uint8_t> out);

 private:
  KeyedMac(const char* algorithm, const char* parameter, const char* value);

  openssl::MacContext context_;
};

// This thread's HMAC-SHA256.
KeyedMac& hmac_sha256();

}  // namespace crypto
