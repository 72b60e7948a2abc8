#include "harness/crypto/signing.h"

#include <algorithm>
#include <stdexcept>

#include "harness/crypto/mac.h"
#include "harness/crypto/openssl.h"

namespace crypto {
namespace {

constexpr std::size_t aes_key_size = 16;

// AES-128-GCM that encrypts nothing and authenticates the message.
class Gmac {
 public:
  Gmac() : context_(EVP_CIPHER_CTX_new()) {
    static const openssl::CipherAlgorithm gcm{EVP_CIPHER_fetch(nullptr, "AES-128-GCM", nullptr)};
    openssl::require(
        gcm && context_ && EVP_EncryptInit_ex2(context_.get(), gcm.get(), nullptr, nullptr, nullptr),
        "AES-128-GCM");
  }

  Signature compute(View key, const SigningNonce& nonce, std::span<const View> message) {
    EVP_CIPHER_CTX* context = context_.get();
    Signature signature;
    int written = 0;
    bool done = EVP_EncryptInit_ex2(context, nullptr, key.data(), nonce.data(), nullptr) == 1;
    for (View part : message)
      done = done &&
             EVP_EncryptUpdate(context, nullptr, &written, openssl::data(part), openssl::length(part)) == 1;
    done = done && EVP_EncryptFinal_ex(context, signature.data(), &written) == 1 &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, int{signature.size()}, signature.data()) == 1;
    openssl::require(done, "AES-GMAC");
    return signature;
  }

 private:
  openssl::CipherContext context_;
};

Signature sign_hmac_sha256(View key, std::span<const View> message) {
  std::array<std::uint8_t, 32> full;
  hmac_sha256().compute(key, message, full);
  Signature signature;
  std::copy_n(full.begin(), signature.size(), signature.begin());
  return signature;
}

Signature sign_aes_cmac(View key, std::span<const View> message) {
  thread_local KeyedMac cmac = KeyedMac::cmac("AES-128-CBC");
  Signature signature;
  cmac.compute(key, message, signature);
  return signature;
}

Signature sign_aes_gmac(View key, const SigningNonce& nonce, std::span<const View> message) {
  thread_local Gmac gmac;
  return gmac.compute(key, nonce, message);
}

}  // namespace

Signature sign(SigningAlgorithm algorithm, View key, const SigningNonce& nonce,
               std::span<const View> message) {
  if (algorithm == SigningAlgorithm::hmac_sha256) return sign_hmac_sha256(key, message);
  if (key.size() != aes_key_size) throw std::invalid_argument("an AES signing key has 16 bytes");
  if (algorithm == SigningAlgorithm::aes_cmac) return sign_aes_cmac(key, message);
  if (algorithm == SigningAlgorithm::aes_gmac) return sign_aes_gmac(key, nonce, message);
  throw std::invalid_argument("unknown signing algorithm");
}

}  // namespace crypto
