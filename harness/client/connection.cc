#include "harness/client/connection.h"

#include <algorithm>
#include <array>

namespace client {
namespace {

constexpr std::size_t signature_offset = 48;  // in the SMB2 header
constexpr std::size_t signature_size = 16;

template <class Data>
const Data* context(const std::vector<smb2::NegotiateContext>& contexts) {
  for (const smb2::NegotiateContext& one : contexts) {
    if (const auto* data = std::get_if<Data>(&one.data)) return data;
  }
  return nullptr;
}

// What a server chose, or `otherwise` when that is nothing anybody can compute with.
template <class E>
E first_known(const std::vector<E>& chosen, E otherwise) {
  if (chosen.empty()) return otherwise;
  const auto value = static_cast<std::uint64_t>(chosen.front());
  return wire::name_of(names(chosen.front()), value).empty() ? otherwise : chosen.front();
}

crypto::Cipher crypto_cipher(smb2::Cipher cipher) { return static_cast<crypto::Cipher>(cipher); }

// 3.1.4.1: the MessageId, the sender's role, and whether it is a CANCEL.
crypto::SigningNonce signing_nonce(wire::View element) {
  crypto::SigningNonce nonce{};
  const smb2::Header header = wire::decode<smb2::Header>(element.first(smb2::header_size)).message;
  for (std::size_t i = 0; i < 8; ++i) nonce[i] = static_cast<std::uint8_t>(header.message_id >> (8 * i));
  nonce[8] = static_cast<std::uint8_t>((header.is_response() ? 1 : 0) |
                                       (header.command == smb2::Command::cancel ? 2 : 0));
  return nonce;
}

}  // namespace

void Connection::negotiated(wire::View request, wire::View response) {
  const auto decoded = smb2::decode(response);
  const auto* answer = std::get_if<smb2::NegotiateResponse>(&decoded.message.body);
  if (answer == nullptr) return;
  response_ = *answer;
  dialect_ = answer->dialect_revision;
  server_capabilities_ = answer->capabilities;
  const auto asked = smb2::decode(request);
  if (const auto* body = std::get_if<smb2::NegotiateRequest>(&asked.message.body)) request_ = *body;
  preauth_ = {};
  cipher_ = smb2::Cipher::none;
  signing_algorithm_ =
      smb2::is_3x(dialect_) ? smb2::SigningAlgorithm::aes_cmac : smb2::SigningAlgorithm::hmac_sha256;
  if (dialect_ == smb2::Dialect::smb_3_1_1) {
    preauth_.absorb(request);
    preauth_.absorb(response);
    if (const auto* encryption = context<smb2::EncryptionCapabilities>(answer->negotiate_contexts)) {
      cipher_ = first_known(encryption->ciphers, smb2::Cipher::none);
    }
    if (const auto* signing = context<smb2::SigningCapabilities>(answer->negotiate_contexts)) {
      signing_algorithm_ = first_known(signing->signing_algorithms, smb2::SigningAlgorithm::aes_cmac);
    }
  } else if (smb2::is_3x(dialect_) && smb2::has(server_capabilities_, smb2::Capabilities::encryption)) {
    cipher_ = smb2::Cipher::aes_128_ccm;
  }
}

void Connection::derive_keys(Session& session, wire::View session_key, bool encrypts) const {
  session.session_key.assign(session_key.begin(), session_key.end());
  if (dialect_ == smb2::Dialect::smb_3_1_1) {
    const auto bits = static_cast<unsigned>(encrypts ? 8 * crypto::key_size(crypto_cipher(cipher_)) : 0);
    session.keys = crypto::session_keys_311(session_key, bits, session.preauth.value());
  } else if (smb2::is_3x(dialect_)) {
    session.keys = crypto::session_keys_30(session_key);
    if (!encrypts || cipher_ == smb2::Cipher::none) session.keys.encryption = session.keys.decryption = {};
  } else {
    session.keys = crypto::session_keys_2x(session_key);
  }
  session.channel_signing_key = session.keys.signing;
}

void Connection::sign(std::span<std::uint8_t> element, wire::View key) const {
  if (element.size() < smb2::header_size) return;
  const auto field = element.subspan(signature_offset, signature_size);
  std::ranges::fill(field, std::uint8_t{0});
  const wire::View parts[] = {element};
  const auto algorithm = static_cast<crypto::SigningAlgorithm>(signing_algorithm_);
  const crypto::Signature signature = crypto::sign(algorithm, key, signing_nonce(element), parts);
  std::ranges::copy(signature, field.begin());
}

bool Connection::verify(wire::View element, wire::View key) const {
  if (element.size() < smb2::header_size) return false;
  wire::Bytes copy(element.begin(), element.end());
  sign(copy, key);
  return std::ranges::equal(wire::View(copy).subspan(signature_offset, signature_size),
                            element.subspan(signature_offset, signature_size));
}

wire::Bytes Connection::seal(wire::View chain, const Session& session, std::uint64_t nonce,
                             const TransformBend& bend) const {
  smb2::TransformHeader header;
  for (std::size_t i = 0; i < 8; ++i) header.nonce[i] = static_cast<std::uint8_t>(nonce >> (8 * i));
  header.session_id = session.id;
  header.original_message_size =
      wire::Derived<std::uint32_t>::force(static_cast<std::uint32_t>(chain.size()));
  if (bend) bend(header);
  const wire::Bytes unsealed = wire::encode(header);
  const crypto::Cipher cipher = crypto_cipher(cipher_);
  const wire::View nonce_bytes = wire::View(header.nonce).first(crypto::nonce_size(cipher));
  crypto::Sealed sealed =
      crypto::seal(cipher, session.keys.encryption, nonce_bytes, smb2::associated_data(unsealed), chain);
  header.signature = sealed.tag;
  header.encrypted_message = std::move(sealed.ciphertext);
  return wire::encode(header);
}

std::expected<wire::Bytes, std::string> Connection::open(wire::View sealed, const Session& session) const {
  const auto decoded = wire::decode<smb2::TransformHeader>(sealed);
  const smb2::TransformHeader& header = decoded.message;
  if (sealed.size() <= smb2::transform_header_size) return std::unexpected("it holds nothing");
  if (header.session_id != session.id) return std::unexpected("it belongs to another session");
  if (!session.can_seal()) return std::unexpected("the session has no keys to seal with");
  const crypto::Cipher cipher = crypto_cipher(cipher_);
  auto plain = crypto::open(cipher, session.keys.decryption,
                            wire::View(header.nonce).first(crypto::nonce_size(cipher)),
                            smb2::associated_data(sealed), header.encrypted_message, header.signature);
  if (!plain) return std::unexpected("its seal is not right");
  return *std::move(plain);
}

}  // namespace client
