#include "harness/crypto/preauth.h"

#include "harness/crypto/openssl.h"

namespace crypto {

void PreauthIntegrity::absorb(wire::View message) {
  static const openssl::Digest sha512{EVP_MD_fetch(nullptr, "SHA512", nullptr)};
  openssl::require(sha512 != nullptr, "SHA-512");
  openssl::digest(sha512.get(), {value_, message}, value_.data());
}

}  // namespace crypto
