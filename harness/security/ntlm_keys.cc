#include "harness/security/ntlm_keys.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "harness/crypto/ntlm.h"
#include "harness/security/upper_case.h"

namespace security {
namespace {

template <class T>
T required(std::expected<T, std::string> result) {
  if (!result) throw std::runtime_error(result.error());
  return *std::move(result);
}

Key hmac(const Key& key, std::initializer_list<wire::View> message) {
  return crypto::hmac_md5(key, std::span(message.begin(), message.size()));
}

// 3.4.5.2, 3.4.5.3: the terminating zero belongs to the constants.
constexpr std::string_view signing_magic[] = {
    {"session key to client-to-server signing key magic constant", 59},
    {"session key to server-to-client signing key magic constant", 59}};
constexpr std::string_view sealing_magic[] = {
    {"session key to client-to-server sealing key magic constant", 59},
    {"session key to server-to-client sealing key magic constant", 59}};

Key derive(wire::View key, std::string_view magic) {
  wire::Bytes message(key.begin(), key.end());
  message.insert(message.end(), magic.begin(), magic.end());
  return crypto::md5(message);
}

}  // namespace

Key ntowf_v2(std::string_view password, const wire::Utf16& user, const wire::Utf16& domain) {
  const Key key = required(crypto::md4(wire::Utf16::from_utf8(password).raw));
  return hmac(key, {upper_case(user).raw, domain.raw});
}

Key nt_proof(const Key& response_key, std::span<const std::uint8_t, 8> server_challenge,
             const NtlmV2Response& response) {
  const wire::Bytes bytes = wire::encode(response);
  return hmac(response_key, {server_challenge, wire::View(bytes).subspan(response.nt_proof_str.size())});
}

wire::Bytes lm_v2_response(const Key& response_key, std::span<const std::uint8_t, 8> server_challenge,
                           std::span<const std::uint8_t, 8> client_challenge) {
  const Key proof = hmac(response_key, {server_challenge, client_challenge});
  wire::Bytes response(proof.begin(), proof.end());
  response.insert(response.end(), client_challenge.begin(), client_challenge.end());
  return response;
}

Key session_base_key(const Key& response_key, const Key& proof) { return hmac(response_key, {proof}); }

bool exchanges_key(NegotiateFlags flags) {
  return wire::has(flags, NegotiateFlags::key_exchange) &&
         (flags & (NegotiateFlags::sign | NegotiateFlags::seal)) != NegotiateFlags::none;
}

wire::Bytes rc4k(const Key& key, wire::View data) { return required(crypto::rc4(key, data)); }

Mic message_integrity_code(const Key& exported_session_key, wire::View negotiate, wire::View challenge,
                           wire::View authenticate) {
  return hmac(exported_session_key, {negotiate, challenge, authenticate});
}

Key signing_key(const Key& exported_session_key, Direction direction) {
  return derive(exported_session_key, signing_magic[static_cast<std::size_t>(direction)]);
}

Key sealing_key(const Key& exported_session_key, NegotiateFlags flags, Direction direction) {
  const std::size_t size = wire::has(flags, NegotiateFlags::key_128)  ? 16
                           : wire::has(flags, NegotiateFlags::key_56) ? 7
                                                                      : 5;
  return derive(wire::View(exported_session_key).first(size),
                sealing_magic[static_cast<std::size_t>(direction)]);
}

bool can_sign(NegotiateFlags flags) {
  return wire::has(flags, NegotiateFlags::extended_session_security | NegotiateFlags::sign);
}

wire::Bytes sign(const Key& exported_session_key, NegotiateFlags flags, Direction direction,
                 wire::View message) {
  constexpr std::uint8_t sequence_number[4] = {};
  const Key digest = hmac(signing_key(exported_session_key, direction), {sequence_number, message});
  wire::Bytes checksum(digest.begin(), digest.begin() + 8);
  if (wire::has(flags, NegotiateFlags::key_exchange)) {
    checksum = rc4k(sealing_key(exported_session_key, flags, direction), checksum);
  }
  wire::Bytes signature = {1, 0, 0, 0};  // Version
  signature.insert(signature.end(), checksum.begin(), checksum.end());
  signature.insert(signature.end(), std::begin(sequence_number), std::end(sequence_number));
  return signature;
}

}  // namespace security
