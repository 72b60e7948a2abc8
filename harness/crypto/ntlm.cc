#include "harness/crypto/ntlm.h"

#include <fmt/format.h>
#include <openssl/params.h>

#include <stdexcept>

#include "harness/crypto/mac.h"
#include "harness/crypto/openssl.h"

namespace crypto {
namespace {

// A library context of our own, so that nothing else in the process gets legacy algorithms by accident.
// Members are released from the last to the first.
struct Legacy {
  openssl::Library library;
  openssl::Provider provider;
  openssl::Digest md4;
  openssl::CipherAlgorithm rc4;
};

std::expected<Legacy, std::string> load_legacy() {
  Legacy legacy;
  legacy.library.reset(OSSL_LIB_CTX_new());
  OSSL_LIB_CTX* library = legacy.library.get();
  legacy.provider.reset(OSSL_PROVIDER_load(library, "legacy"));
  if (legacy.provider) {
    legacy.md4.reset(EVP_MD_fetch(library, "MD4", nullptr));
    legacy.rc4.reset(EVP_CIPHER_fetch(library, "RC4", nullptr));
  }
  if (legacy.md4 && legacy.rc4) return legacy;
  return std::unexpected(fmt::format(
      "NTLM needs MD4 and RC4, which OpenSSL keeps in its legacy provider, and that could not be loaded "
      "({}). Install the provider (legacy.so; some distributions package it apart from OpenSSL), or "
      "set the environment variable OPENSSL_MODULES to the folder that holds it.",
      openssl::take_reason()));
}

const std::expected<Legacy, std::string>& legacy() {
  static const std::expected<Legacy, std::string> loaded = load_legacy();
  return loaded;
}

}  // namespace

Digest128 md5(View message) {
  static const openssl::Digest algorithm{EVP_MD_fetch(nullptr, "MD5", nullptr)};
  openssl::require(algorithm != nullptr, "MD5");
  Digest128 result;
  openssl::digest(algorithm.get(), {message}, result.data());
  return result;
}

Digest128 hmac_md5(View key, std::span<const View> message) {
  thread_local KeyedMac mac = KeyedMac::hmac("MD5");
  Digest128 result;
  mac.compute(key, message, result);
  return result;
}

Digest128 hmac_md5(View key, View message) { return hmac_md5(key, std::span(&message, 1)); }

std::expected<Digest128, std::string> md4(View message) {
  if (!legacy()) return std::unexpected(legacy().error());
  Digest128 result;
  openssl::digest(legacy()->md4.get(), {message}, result.data());
  return result;
}

std::expected<Bytes, std::string> rc4(View key, View data) {
  if (key.empty() || key.size() > 256) throw std::invalid_argument("an RC4 key has 1 to 256 bytes");
  if (!legacy()) return std::unexpected(legacy().error());
  thread_local const openssl::CipherContext context{EVP_CIPHER_CTX_new()};
  std::size_t key_size = key.size();
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_size_t(OSSL_CIPHER_PARAM_KEYLEN, &key_size),
                                   OSSL_PARAM_construct_end()};
  Bytes result(data.size());
  int written = 0;
  const bool done =
      context && EVP_EncryptInit_ex2(context.get(), legacy()->rc4.get(), nullptr, nullptr, parameters) == 1 &&
      EVP_EncryptInit_ex2(context.get(), nullptr, key.data(), nullptr, nullptr) == 1 &&
      (data.empty() ||
       EVP_EncryptUpdate(context.get(), result.data(), &written, data.data(), openssl::length(data)) == 1);
  openssl::require(done, "RC4");
  return result;
}

}  // namespace crypto
