// Ownership of OpenSSL's objects, and its failures. Only this folder's sources include OpenSSL.
#pragma once

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/provider.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "harness/wire/bytes.h"

namespace crypto::openssl {

template <auto release>
struct Release {
  template <class Object>
  void operator()(Object* object) const {
    release(object);
  }
};

using Library = std::unique_ptr<OSSL_LIB_CTX, Release<OSSL_LIB_CTX_free>>;
using Provider = std::unique_ptr<OSSL_PROVIDER, Release<OSSL_PROVIDER_unload>>;
using Mac = std::unique_ptr<EVP_MAC, Release<EVP_MAC_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, Release<EVP_MAC_CTX_free>>;
using Digest = std::unique_ptr<EVP_MD, Release<EVP_MD_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX_free>>;
using CipherAlgorithm = std::unique_ptr<EVP_CIPHER, Release<EVP_CIPHER_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Release<EVP_CIPHER_CTX_free>>;

// OpenSSL's reason for the failure at hand, the first since the last call of this thread. Names algorithms
// and files, never keys.
std::string take_reason();

// Throws std::runtime_error, with OpenSSL's reason, where `done` is false: memory ran out or the installation
// lacks an algorithm.
void require(bool done, std::string_view what);

// As OpenSSL counts bytes. Throws std::invalid_argument beyond INT_MAX.
int length(wire::View bytes);

// Never null, as OpenSSL takes a null pointer for "as before".
inline const std::uint8_t* data(wire::View bytes) {
  static constexpr std::uint8_t none = 0;
  return bytes.empty() ? &none : bytes.data();
}

// One-shot digest into `out`, which has the digest's size.
void digest(const EVP_MD* algorithm, std::initializer_list<wire::View> message, std::uint8_t* out);

}  // namespace crypto::openssl
