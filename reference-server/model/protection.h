// [MS-SMB2] 3.1.4.1 Signing a Message, 3.1.4.3 Encrypting the Message, 3.1.5.1 Verifying: which key is due,
// and what is done with it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "harness/crypto/sealing.h"
#include "harness/smb2/transform_header.h"
#include "harness/wire/bytes.h"
#include "reference-server/model/connection.h"
#include "reference-server/model/keys.h"
#include "reference-server/model/session.h"

namespace reference {

// Session.SigningKey, or Session.SessionKey below 3.x. Nothing where it is NULL, as with the next two.
std::optional<SigningKey> session_signing_key(const Connection& connection, const Session& session);
// Channel.SigningKey of this connection, or Session.SessionKey below 3.x.
std::optional<SigningKey> channel_signing_key(const Connection& connection, const Session& session);
// Session.EncryptionKey.
std::optional<SealingKey> sealing_key(const Connection& connection, const Session& session);

// IsEncryptionSupported, and a cipher agreed on.
bool can_encrypt(const Connection& connection);
crypto::Cipher cipher(const Connection& connection);

// Signs a response whose Signature is zero. What stands there otherwise spoils the signature.
void sign(std::span<std::uint8_t> response, const SigningKey& key);
bool verify(wire::View request, const SigningKey& key);

// For responses that are `size` bytes. A nonce serves once.
smb2::TransformHeader transform_header(std::size_t size, const SealingKey& key, std::uint64_t nonce);

// The TRANSFORM_HEADER and the encrypted responses. Its Signature is zero; what stands there otherwise spoils
// the tag.
wire::Bytes seal(wire::View responses, const SealingKey& key, smb2::TransformHeader transform);

}  // namespace reference
