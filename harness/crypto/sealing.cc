#include "harness/crypto/sealing.h"

#include <climits>
#include <stdexcept>

#include "harness/crypto/openssl.h"

namespace crypto {
namespace {

constexpr int tag_size = 16;

struct Shape {
  const char* name;
  std::size_t key_size;
  std::size_t nonce_size;
  bool ccm;
};

// By number, from 1.
constexpr Shape shapes[] = {{"AES-128-CCM", 16, 11, true},
                            {"AES-128-GCM", 16, 12, false},
                            {"AES-256-CCM", 32, 11, true},
                            {"AES-256-GCM", 32, 12, false}};

std::size_t index(Cipher cipher) { return static_cast<std::size_t>(cipher) - 1; }

const Shape* find(Cipher cipher) {
  return index(cipher) < std::size(shapes) ? &shapes[index(cipher)] : nullptr;
}

// OpenSSL counts bytes in an int.
bool acceptable(Cipher cipher, View key, View nonce, View additional_data, View text) {
  const Shape* shape = find(cipher);
  return shape != nullptr && key.size() == shape->key_size && nonce.size() == shape->nonce_size &&
         additional_data.size() <= INT_MAX && text.size() <= INT_MAX;
}

enum class Direction : int { open = 0, seal = 1 };

// One cipher with its sizes set, to be given key and nonce for each message.
class Aead {
 public:
  explicit Aead(const Shape& shape) : ccm_(shape.ccm), context_(EVP_CIPHER_CTX_new()) {
    const openssl::CipherAlgorithm algorithm{EVP_CIPHER_fetch(nullptr, shape.name, nullptr)};
    openssl::require(
        algorithm && context_ &&
            EVP_EncryptInit_ex2(context_.get(), algorithm.get(), nullptr, nullptr, nullptr) == 1 &&
            control(EVP_CTRL_AEAD_SET_IVLEN, static_cast<int>(shape.nonce_size), nullptr),
        shape.name);
    // CCM works the tag's size into every block and wants to know it before the key; GCM does not.
    openssl::require(!ccm_ || control(EVP_CTRL_AEAD_SET_TAG, tag_size, nullptr), shape.name);
  }

  void seal(View key, View nonce, View additional_data, View plaintext, Sealed& out) {
    const bool done = start(Direction::seal, key, nonce) && declare(plaintext.size(), additional_data) &&
                      transform(plaintext, out.ciphertext) && finish() &&
                      control(EVP_CTRL_AEAD_GET_TAG, tag_size, out.tag.data());
    openssl::require(done, "sealing");
  }

  bool open(View key, View nonce, View additional_data, View ciphertext, Tag tag, Bytes& out) {
    return start(Direction::open, key, nonce) && control(EVP_CTRL_AEAD_SET_TAG, tag_size, tag.data()) &&
           declare(ciphertext.size(), additional_data) && transform(ciphertext, out) && finish();
  }

 private:
  bool control(int what, int size, void* value) {
    return EVP_CIPHER_CTX_ctrl(context_.get(), what, size, value) == 1;
  }

  bool start(Direction direction, View key, View nonce) {
    return EVP_CipherInit_ex2(context_.get(), nullptr, key.data(), nonce.data(), static_cast<int>(direction),
                              nullptr) == 1;
  }

  // CCM also wants the size of the message before the additional data.
  bool declare(std::size_t size, View additional_data) {
    int ignored = 0;
    if (ccm_ && EVP_CipherUpdate(context_.get(), nullptr, &ignored, nullptr, static_cast<int>(size)) != 1)
      return false;
    return additional_data.empty() ||
           EVP_CipherUpdate(context_.get(), nullptr, &ignored, additional_data.data(),
                            static_cast<int>(additional_data.size())) == 1;
  }

  // Not left out for an empty message: this is where CCM judges the tag.
  bool transform(View in, Bytes& out) {
    std::uint8_t nowhere = 0;
    out.resize(in.size());
    int written = 0;
    return EVP_CipherUpdate(context_.get(), out.empty() ? &nowhere : out.data(), &written, openssl::data(in),
                            static_cast<int>(in.size())) == 1;
  }

  // Where GCM judges the tag. CCM has nothing left to do.
  bool finish() {
    std::uint8_t nowhere[EVP_MAX_BLOCK_LENGTH];
    int written = 0;
    return ccm_ || EVP_CipherFinal_ex(context_.get(), nowhere, &written) == 1;
  }

  bool ccm_;
  openssl::CipherContext context_;
};

// This thread's, made when first asked for.
Aead& aead(Cipher cipher) {
  thread_local std::optional<Aead> made[std::size(shapes)];
  std::optional<Aead>& slot = made[index(cipher)];
  if (!slot) slot.emplace(shapes[index(cipher)]);
  return *slot;
}

}  // namespace

std::size_t key_size(Cipher cipher) { return find(cipher) ? find(cipher)->key_size : 0; }
std::size_t nonce_size(Cipher cipher) { return find(cipher) ? find(cipher)->nonce_size : 0; }

Sealed seal(Cipher cipher, View key, View nonce, View additional_data, View plaintext) {
  if (!acceptable(cipher, key, nonce, additional_data, plaintext))
    throw std::invalid_argument("unknown cipher, or a key, nonce or message of a size it does not take");
  Sealed sealed;
  aead(cipher).seal(key, nonce, additional_data, plaintext, sealed);
  return sealed;
}

std::optional<Bytes> open(Cipher cipher, View key, View nonce, View additional_data, View ciphertext,
                          const Tag& tag) {
  if (!acceptable(cipher, key, nonce, additional_data, ciphertext)) return std::nullopt;
  Bytes plaintext;
  if (aead(cipher).open(key, nonce, additional_data, ciphertext, tag, plaintext)) return plaintext;
  openssl::take_reason();
  return std::nullopt;
}

}  // namespace crypto
