#include "harness/crypto/key_derivation.h"

#include <algorithm>
#include <stdexcept>

#include "harness/crypto/mac.h"

namespace crypto {
namespace {

using namespace std::string_view_literals;

View bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

Bytes derive_key(View key, std::string_view label_with_nul, View context, unsigned bits) {
  if (bits > 256 || bits % 8 != 0) throw std::invalid_argument("a key of whole bytes, 256 bits at most");
  constexpr std::uint8_t counter[] = {0, 0, 0, 1};
  constexpr std::uint8_t separator[] = {0};
  const std::uint8_t length[] = {0, 0, static_cast<std::uint8_t>(bits >> 8), static_cast<std::uint8_t>(bits)};
  const View input[] = {counter, bytes(label_with_nul), separator, context, length};
  Bytes derived(32);
  hmac_sha256().compute(key, input, derived);
  derived.resize(bits / 8);
  return derived;
}

std::array<std::uint8_t, 16> session_key(View full_session_key) {
  std::array<std::uint8_t, 16> key{};
  std::ranges::copy(full_session_key.first(std::min(full_session_key.size(), key.size())), key.begin());
  return key;
}

SessionKeys session_keys_2x(View full_session_key) {
  const auto key = session_key(full_session_key);
  return {.signing = Bytes(key.begin(), key.end()), .application = Bytes(key.begin(), key.end())};
}

SessionKeys session_keys_30(View full_session_key) {
  const auto key = session_key(full_session_key);
  return {.signing = derive_key(key, "SMB2AESCMAC\0"sv, bytes("SmbSign\0"sv), 128),
          .application = derive_key(key, "SMB2APP\0"sv, bytes("SmbRpc\0"sv), 128),
          .encryption = derive_key(key, "SMB2AESCCM\0"sv, bytes("ServerIn \0"sv), 128),
          .decryption = derive_key(key, "SMB2AESCCM\0"sv, bytes("ServerOut\0"sv), 128)};
}

SessionKeys session_keys_311(View full_session_key, unsigned cipher_key_bits, View preauth_hash) {
  const auto key = session_key(full_session_key);
  SessionKeys keys{.signing = derive_key(key, "SMBSigningKey\0"sv, preauth_hash, 128),
                   .application = derive_key(key, "SMBAppKey\0"sv, preauth_hash, 128)};
  if (cipher_key_bits == 0) return keys;
  const View cipher_key = cipher_key_bits == 256 ? full_session_key : View(key);
  keys.encryption = derive_key(cipher_key, "SMBC2SCipherKey\0"sv, preauth_hash, cipher_key_bits);
  keys.decryption = derive_key(cipher_key, "SMBS2CCipherKey\0"sv, preauth_hash, cipher_key_bits);
  return keys;
}

}  // namespace crypto
