#include "reference-server/model/protection.h"

#include <algorithm>

#include "harness/smb2/header.h"
#include "harness/smb2/transform_header.h"
#include "harness/wire/codec.h"
#include "reference-server/model/sessions.h"

namespace reference {
namespace {

using smb2::Dialect;

constexpr std::size_t signature_offset = 48;  // in the SMB2 header

std::optional<SigningKey> signing_key(const Connection& connection, const wire::Bytes& key) {
  if (key.empty()) return {};
  auto algorithm = crypto::SigningAlgorithm::hmac_sha256;
  if (connection.dialect == Dialect::smb_3_1_1) {
    algorithm = static_cast<crypto::SigningAlgorithm>(connection.signing_algorithm_id);
  } else if (smb2::is_3x(connection.dialect)) {
    algorithm = crypto::SigningAlgorithm::aes_cmac;
  }
  return SigningKey{algorithm, key};
}

// 3.1.4.1: the MessageId, who sends it, and whether it is a CANCEL.
crypto::SigningNonce signing_nonce(const smb2::Header& header) {
  constexpr std::uint8_t from_server = 1;
  constexpr std::uint8_t cancel = 2;
  crypto::SigningNonce nonce{};
  for (std::size_t i = 0; i < 8; ++i) nonce[i] = static_cast<std::uint8_t>(header.message_id >> (8 * i));
  if (header.is_response()) nonce[8] |= from_server;
  if (header.command == smb2::Command::cancel) nonce[8] |= cancel;
  return nonce;
}

// As if the Signature field were zero.
crypto::Signature signature(wire::View message, const smb2::Header& header, const SigningKey& key) {
  constexpr crypto::Signature zero{};
  const wire::View parts[] = {message.first(signature_offset), zero,
                              message.subspan(signature_offset + zero.size())};
  return crypto::sign(key.algorithm, key.key, signing_nonce(header), parts);
}

void xor_into(std::span<std::uint8_t> field, wire::View computed) {
  std::ranges::transform(field, computed, field.begin(), [](std::uint8_t was, std::uint8_t is) {
    return static_cast<std::uint8_t>(was ^ is);
  });
}

smb2::Header header_of(wire::View message) {
  return wire::decode<smb2::Header>(message.first(smb2::header_size)).message;
}

}  // namespace

std::optional<SigningKey> session_signing_key(const Connection& connection, const Session& session) {
  return signing_key(connection, smb2::is_3x(connection.dialect) ? session.signing_key : session.session_key);
}

std::optional<SigningKey> channel_signing_key(const Connection& connection, const Session& session) {
  if (!smb2::is_3x(connection.dialect)) return signing_key(connection, session.session_key);
  const Channel* channel = find_channel(session, connection);
  if (channel == nullptr) return {};
  return signing_key(connection, channel->signing_key);
}

bool can_encrypt(const Connection& connection) {
  return smb2::is_3x(connection.dialect) &&
         smb2::has(connection.server_capabilities, smb2::Capabilities::encryption);
}

crypto::Cipher cipher(const Connection& connection) {
  return connection.dialect == Dialect::smb_3_1_1 ? static_cast<crypto::Cipher>(connection.cipher_id)
                                                  : crypto::Cipher::aes_128_ccm;
}

std::optional<SealingKey> sealing_key(const Connection& connection, const Session& session) {
  if (!can_encrypt(connection) || session.encryption_key.empty()) return {};
  return SealingKey{cipher(connection), session.encryption_key, session.session_id};
}

void sign(std::span<std::uint8_t> response, const SigningKey& key) {
  const crypto::Signature computed = signature(response, header_of(response), key);
  xor_into(response.subspan(signature_offset, computed.size()), computed);
}

bool verify(wire::View request, const SigningKey& key) {
  const smb2::Header header = header_of(request);
  return signature(request, header, key) == header.signature;
}

smb2::TransformHeader transform_header(std::size_t size, const SealingKey& key, std::uint64_t nonce) {
  smb2::TransformHeader transform{.session_id = key.session_id};
  transform.original_message_size = wire::Derived<std::uint32_t>::force(static_cast<std::uint32_t>(size));
  for (std::size_t i = 0; i < 8; ++i) transform.nonce[i] = static_cast<std::uint8_t>(nonce >> (8 * i));
  return transform;
}

wire::Bytes seal(wire::View responses, const SealingKey& key, smb2::TransformHeader transform) {
  const wire::Bytes header = wire::encode(transform);
  crypto::Sealed sealed =
      crypto::seal(key.cipher, key.key, wire::View(transform.nonce).first(crypto::nonce_size(key.cipher)),
                   smb2::associated_data(header), responses);
  xor_into(transform.signature, sealed.tag);
  transform.encrypted_message = std::move(sealed.ciphertext);
  return wire::encode(transform);
}

}  // namespace reference
