#include "harness/crypto/openssl.h"

#include <fmt/format.h>
#include <openssl/err.h>

#include <climits>
#include <stdexcept>

namespace crypto::openssl {

std::string take_reason() {
  // Nobody else may have asked for the texts yet.
  OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CRYPTO_STRINGS, nullptr);
  const char* detail = "";
  int flags = 0;
  const unsigned long code = ERR_peek_error_all(nullptr, nullptr, nullptr, &detail, &flags);
  const char* reason = ERR_reason_error_string(code);
  std::string text = fmt::format("{}{}{}", reason == nullptr ? "no reason given" : reason,
                                 *detail == '\0' ? "" : ": ", detail);
  ERR_clear_error();
  return text;
}

void require(bool done, std::string_view what) {
  if (!done) throw std::runtime_error(fmt::format("OpenSSL: {}: {}", what, take_reason()));
}

int length(wire::View bytes) {
  if (bytes.size() > INT_MAX) throw std::invalid_argument("more bytes than a message can have");
  return static_cast<int>(bytes.size());
}

void digest(const EVP_MD* algorithm, std::initializer_list<wire::View> message, std::uint8_t* out) {
  thread_local const DigestContext context{EVP_MD_CTX_new()};
  require(context != nullptr, "digest context");
  bool done = EVP_DigestInit_ex2(context.get(), algorithm, nullptr) == 1;
  for (wire::View part : message)
    done = done && EVP_DigestUpdate(context.get(), data(part), part.size()) == 1;
  require(done && EVP_DigestFinal_ex(context.get(), out, nullptr) == 1, "digest");
}

}  // namespace crypto::openssl
