#include "harness/crypto/mac.h"

#include <openssl/params.h>

#include <string>

namespace crypto {

KeyedMac::KeyedMac(const char* algorithm, const char* parameter, const char* value) {
  const openssl::Mac mac{EVP_MAC_fetch(nullptr, algorithm, nullptr)};
  openssl::require(mac != nullptr, algorithm);
  context_.reset(EVP_MAC_CTX_new(mac.get()));
  std::string name = value;
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(parameter, name.data(), 0),
                                   OSSL_PARAM_construct_end()};
  openssl::require(context_ != nullptr && EVP_MAC_CTX_set_params(context_.get(), parameters) == 1, value);
}

KeyedMac KeyedMac::hmac(const char* digest) { return {"HMAC", OSSL_MAC_PARAM_DIGEST, digest}; }
KeyedMac KeyedMac::cmac(const char* cipher) { return {"CMAC", OSSL_MAC_PARAM_CIPHER, cipher}; }

void KeyedMac::compute(wire::View key, std::span<const wire::View> message, std::span<std::uint8_t> out) {
  bool done = EVP_MAC_init(context_.get(), openssl::data(key), key.size(), nullptr) == 1;
  for (wire::View part : message)
    done = done && EVP_MAC_update(context_.get(), openssl::data(part), part.size()) == 1;
  std::size_t written = 0;
  openssl::require(done && EVP_MAC_final(context_.get(), out.data(), &written, out.size()) == 1, "MAC");
}

KeyedMac& hmac_sha256() {
  thread_local KeyedMac mac = KeyedMac::hmac("SHA256");
  return mac;
}

}  // namespace crypto
