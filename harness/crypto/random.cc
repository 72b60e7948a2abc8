#include "harness/crypto/random.h"

#include <openssl/rand.h>

#include "harness/crypto/openssl.h"

namespace crypto {

void random_bytes(std::span<std::uint8_t> out) {
  openssl::require(RAND_bytes_ex(nullptr, out.data(), out.size(), 0) == 1, "random bytes");
}

}  // namespace crypto
