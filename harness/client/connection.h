// What a client knows of a connection and of the sessions on it, and how it protects and opens messages with
// that. [MS-SMB2] 3.2.1.2, 3.2.1.3. Without I/O: whoever sends and receives tells it what went by.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>

#include "harness/crypto/key_derivation.h"
#include "harness/crypto/preauth.h"
#include "harness/crypto/sealing.h"
#include "harness/crypto/signing.h"
#include "harness/smb2/message.h"
#include "harness/smb2/transform_header.h"

namespace client {

// One session as one connection sees it: a bound channel signs with a key of its own and seals with the
// session's.
struct Session {
  std::uint64_t id = 0;
  bool established = false;
  bool guest = false;
  bool anonymous = false;
  bool signing_required = false;
  bool encrypt_data = false;
  wire::Bytes session_key;  // what the mechanism agreed on, whole
  crypto::SessionKeys keys;
  wire::Bytes channel_signing_key;  // as keys.signing, but for a bound channel
  crypto::PreauthIntegrity preauth;

  bool can_sign() const { return !channel_signing_key.empty(); }
  bool can_seal() const { return !keys.encryption.empty(); }
};

class Connection {
 public:
  // A NEGOTIATE exchange, from the SMB2 header on; only the last that succeeded counts.
  void negotiated(wire::View request, wire::View response);

  smb2::Dialect dialect() const { return dialect_; }
  smb2::Cipher cipher() const { return cipher_; }
  smb2::SigningAlgorithm signing_algorithm() const { return signing_algorithm_; }
  bool multi_credit() const { return smb2::has(server_capabilities_, smb2::Capabilities::large_mtu); }
  const smb2::NegotiateRequest& request() const { return request_; }
  const smb2::NegotiateResponse& response() const { return response_; }
  const crypto::PreauthIntegrity& preauth() const { return preauth_; }

  // The keys of a session whose authentication agreed on `session_key`, from its preauth hash where the
  // dialect has one. `encrypts`: an ordinary user, whose messages can be sealed.
  void derive_keys(Session& session, wire::View session_key, bool encrypts) const;

  // 3.1.4.1: puts the signature into an element whose flags are final.
  void sign(std::span<std::uint8_t> element, wire::View key) const;
  bool verify(wire::View element, wire::View key) const;

  // 3.1.4.3: a transform header and the sealed chain. `bend` changes the header before it is authenticated.
  using TransformBend = std::function<void(smb2::TransformHeader&)>;
  wire::Bytes seal(wire::View chain, const Session& session, std::uint64_t nonce,
                   const TransformBend& bend = {}) const;
  // The chain inside of a sealed message; the error says why it does not open.
  std::expected<wire::Bytes, std::string> open(wire::View sealed, const Session& session) const;

 private:
  smb2::Dialect dialect_ = smb2::Dialect::none;
  smb2::Cipher cipher_ = smb2::Cipher::none;
  smb2::SigningAlgorithm signing_algorithm_ = smb2::SigningAlgorithm::hmac_sha256;
  smb2::Capabilities server_capabilities_{};
  smb2::NegotiateRequest request_;
  smb2::NegotiateResponse response_;
  crypto::PreauthIntegrity preauth_;
};

}  // namespace client
