// Clients that log in, sign and seal, for the tests of this folder. Several of them share a server.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "harness/crypto/key_derivation.h"
#include "harness/crypto/preauth.h"
#include "harness/crypto/sealing.h"
#include "harness/crypto/signing.h"
#include "harness/security/spnego_initiator.h"
#include "harness/smb2/compound.h"
#include "harness/smb2/transform_header.h"
#include "reference-server/model/random.h"
#include "reference-server/model/test_client.h"

namespace reference {

inline const security::Credentials alice{.user = "alice", .password = "Secret1"};
inline const security::Credentials bob{.user = "bob", .password = "Secret2"};
inline const security::Credentials nobody{.user = "nobody", .password = "x"};
inline const security::Credentials anonymous{};

inline Settings session_settings() {
  Settings settings;
  settings.users = {{.name = "alice", .password = "Secret1"}, {.name = "Bob", .password = "Secret2"}};
  settings.shares = {{.name = "data"}, {.name = "secret", .encrypt_data = true}};
  return settings;
}

// What a client knows of a session, or of its channel to one.
struct ClientSession {
  std::uint64_t id = 0;
  smb2::NtStatus status{};  // of the last leg
  smb2::SessionFlags flags{};
  smb2::Message last;  // response
  wire::Bytes last_bytes;
  bool closed = false;
  crypto::SessionKeys keys;
  wire::Bytes signing_key;  // of the channel
};

struct ClientOptions {
  smb2::Guid client_guid = {1};
  smb2::SecurityMode security_mode = smb2::SecurityMode::signing_enabled;
  smb2::Capabilities capabilities{0xffffffff};
  smb2::Cipher cipher = smb2::Cipher::aes_128_gcm;                                   // none: no context
  std::optional<smb2::SigningAlgorithm> signing = smb2::SigningAlgorithm::aes_gmac;  // none: no context
};

struct LoginOptions {
  ClientSession* binds = nullptr;  // to this session
  ClientSession* reauthenticates = nullptr;
  bool is_signed = true;  // where the session has a key already
  bool is_sealed = false;
  std::uint64_t previous_session_id = 0;
  smb2::SessionSecurityMode security_mode = smb2::SessionSecurityMode::signing_enabled;
};

class SessionClient {
 public:
  std::uint64_t connection;
  smb2::NegotiateResponse negotiated;

  SessionClient(Server& server, smb2::Dialect dialect, ClientOptions options = {})
      : connection(server.connected()),
        server_(&server),
        dialect_(dialect),
        options_(options),
        random_(connection) {
    smb2::NegotiateRequest body{.security_mode = options.security_mode,
                                .capabilities = options.capabilities,
                                .client_guid = options.client_guid,
                                .dialects = {dialect}};
    if (dialect == smb2::Dialect::smb_3_1_1) {
      body.negotiate_contexts = {preauth_context()};
      if (options.cipher != smb2::Cipher::none) {
        body.negotiate_contexts.push_back(
            {.type = smb2::ContextType::encryption,
             .data = smb2::EncryptionCapabilities{.ciphers = {options.cipher}}});
      }
      if (options.signing) {
        body.negotiate_contexts.push_back(
            {.type = smb2::ContextType::signing,
             .data = smb2::SigningCapabilities{.signing_algorithms = {*options.signing}}});
      }
    }
    const wire::Bytes request = numbered({.header = {.command = smb2::Command::negotiate}, .body = body});
    const Seen seen = send(request);
    EXPECT_EQ(seen.status(), smb2::NtStatus::success);
    preauth_.absorb(request);
    if (!seen.messages.empty()) preauth_.absorb(seen.messages.front());
    negotiated = seen.negotiated();
  }

  Seen send(wire::View message) { return seen(server_->receive(connection, smb2::frame(message))); }

  // With the next MessageId, and credits enough.
  wire::Bytes numbered(smb2::Message message) {
    message.header.message_id =
        message.header.command == smb2::Command::cancel ? next_message_id_ - 1 : next_message_id_++;
    message.header.credits = 32;
    return smb2::encode(message);
  }
  static smb2::Message in(const ClientSession& session, smb2::Message message, std::uint32_t tree_id = 0) {
    message.header.session_id = session.id;
    message.header.tree_id = tree_id;
    return message;
  }

  Seen plain(const smb2::Message& message) { return send(numbered(message)); }
  Seen with_signature(const ClientSession& session, const smb2::Message& message, std::uint32_t tree_id = 0) {
    wire::Bytes bytes = numbered(in(session, message, tree_id));
    sign(bytes, session.signing_key);
    return send(bytes);
  }
  // The answer is what was inside of the seal.
  Seen sealed(const ClientSession& session, const smb2::Message& message, std::uint32_t tree_id = 0) {
    return opened(session, send(seal(session, numbered(in(session, message, tree_id)))));
  }

  void sign(std::span<std::uint8_t> bytes, wire::View key) const {
    bytes[16] |= static_cast<std::uint8_t>(smb2::HeaderFlags::signed_message);
    const auto computed = signature(bytes, key);
    std::ranges::copy(computed, bytes.begin() + 48);
  }
  bool is_signed_with(wire::View response, wire::View key) const {
    const auto header = wire::decode<smb2::Header>(response.first(64)).message;
    return smb2::has(header.flags, smb2::HeaderFlags::signed_message) &&
           header.signature == signature(response, key);
  }
  bool is_signed_with(const Seen& seen, wire::View key) const {
    return seen.messages.size() == 1 && is_signed_with(seen.messages.front(), key);
  }

  wire::Bytes seal(const ClientSession& session, wire::View plain,
                   const std::function<void(smb2::TransformHeader&)>& change = {}) {
    smb2::TransformHeader header{.session_id = session.id};
    header.original_message_size =
        wire::Derived<std::uint32_t>::force(static_cast<std::uint32_t>(plain.size()));
    header.nonce[0] = ++nonce_;
    if (change) change(header);
    const wire::Bytes bare = wire::encode(header);
    auto result =
        crypto::seal(cipher(), session.keys.encryption, nonce(header), smb2::associated_data(bare), plain);
    header.signature = result.tag;
    header.encrypted_message = result.ciphertext;
    return wire::encode(header);
  }
  std::optional<wire::Bytes> open(const ClientSession& session, wire::View message) const {
    const auto header = wire::decode<smb2::TransformHeader>(message).message;
    if (header.protocol_id.value != smb2::transform_protocol_id || header.session_id != session.id) return {};
    return crypto::open(cipher(), session.keys.decryption, nonce(header), smb2::associated_data(message),
                        header.encrypted_message, header.signature);
  }
  Seen opened(const ClientSession& session, Seen seen) const {
    for (auto& message : seen.messages) {
      const auto plain = open(session, message);
      EXPECT_TRUE(plain) << "does not open";
      if (plain) message = *plain;
    }
    return seen;
  }

  // All legs of an authentication; to the end, or where it fails.
  ClientSession log_in(const security::Credentials& credentials, const LoginOptions& options = {}) {
    security::SpnegoInitiator initiator(credentials);
    return log_in(initiator, options);
  }
  ClientSession log_in(security::SpnegoInitiator& initiator, const LoginOptions& options = {}) {
    ClientSession* old = options.binds != nullptr ? options.binds : options.reauthenticates;
    ClientSession session = old != nullptr ? *old : ClientSession{};
    crypto::PreauthIntegrity preauth = preauth_;
    const auto random = [this](std::span<std::uint8_t> bytes) { random_.fill(bytes); };
    wire::Bytes received;
    for (;;) {
      const auto step = initiator.step(received, random, wall_clock);
      if (step.progress == security::Progress::failed) ADD_FAILURE() << step.reason;
      if (step.progress != security::Progress::more) break;
      smb2::SessionSetupRequest body{.security_mode = options.security_mode,
                                     .previous_session_id = options.previous_session_id,
                                     .buffer = step.token};
      if (options.binds != nullptr) body.flags = smb2::SessionSetupFlags::binding;
      wire::Bytes request =
          numbered(in(session, {.header = {.command = smb2::Command::session_setup}, .body = body}));
      if (old != nullptr && options.is_signed && !options.is_sealed) {
        sign(request, options.binds != nullptr ? old->keys.signing : old->signing_key);
      }
      const Seen seen = options.is_sealed ? opened(session, send(seal(session, request))) : send(request);
      session.closed = seen.closed;
      if (seen.messages.empty()) return session;
      session.last_bytes = seen.messages.front();
      session.last = seen.message();
      session.status = session.last.header.status;
      preauth.absorb(request);
      if (session.status != smb2::NtStatus::success &&
          session.status != smb2::NtStatus::more_processing_required) {
        return session;
      }
      session.id = session.last.header.session_id;
      const auto& response = std::get<smb2::SessionSetupResponse>(session.last.body);
      session.flags = response.session_flags;
      if (session.status == smb2::NtStatus::success) {
        settle(session, initiator.session_key(), preauth, options);
        return session;
      }
      preauth.absorb(session.last_bytes);
      received = response.buffer;
    }
    return session;
  }

  std::uint32_t connect_tree(const ClientSession& session, std::string_view share) {
    const Seen seen = with_signature(session, tree_connect_request(share));
    EXPECT_EQ(seen.status(), smb2::NtStatus::success);
    return seen.message().header.tree_id;
  }
  static smb2::Message tree_connect_request(std::string_view share) {
    return {.header = {.command = smb2::Command::tree_connect},
            .body = smb2::TreeConnectRequest{
                .path = wire::Utf16::from_utf8("\\\\server\\" + std::string(share))}};
  }

  crypto::Cipher cipher() const {
    return dialect_ == smb2::Dialect::smb_3_1_1 ? static_cast<crypto::Cipher>(options_.cipher)
                                                : crypto::Cipher::aes_128_ccm;
  }

 private:
  wire::View nonce(const smb2::TransformHeader& header) const {
    return wire::View(header.nonce).first(crypto::nonce_size(cipher()));
  }

  void settle(ClientSession& session, wire::View key, const crypto::PreauthIntegrity& preauth,
              const LoginOptions& options) {
    if (options.reauthenticates != nullptr) return;
    const bool is_3_1_1 = dialect_ == smb2::Dialect::smb_3_1_1;
    const auto bits = static_cast<unsigned>(8 * crypto::key_size(cipher()));
    const crypto::SessionKeys keys = is_3_1_1 ? crypto::session_keys_311(key, bits, preauth.value())
                                     : smb2::is_3x(dialect_) ? crypto::session_keys_30(key)
                                                             : crypto::session_keys_2x(key);
    session.signing_key = keys.signing;
    if (options.binds == nullptr) session.keys = keys;
  }

  // 3.1.4.1, written down apart from the server's.
  crypto::Signature signature(wire::View message, wire::View key) const {
    const auto header = wire::decode<smb2::Header>(message.first(64)).message;
    auto algorithm = crypto::SigningAlgorithm::hmac_sha256;
    if (smb2::is_3x(dialect_)) algorithm = crypto::SigningAlgorithm::aes_cmac;
    if (dialect_ == smb2::Dialect::smb_3_1_1 && options_.signing) {
      algorithm = static_cast<crypto::SigningAlgorithm>(*options_.signing);
    }
    crypto::SigningNonce nonce{};
    std::ranges::copy(message.subspan(24, 8), nonce.begin());
    nonce[8] = static_cast<std::uint8_t>((header.is_response() ? 1 : 0) +
                                         (header.command == smb2::Command::cancel ? 2 : 0));
    wire::Bytes zeroed(message.begin(), message.end());
    std::fill_n(zeroed.begin() + 48, 16, std::uint8_t{0});
    const wire::View parts[] = {zeroed};
    return crypto::sign(algorithm, key, nonce, parts);
  }

  Server* server_;
  smb2::Dialect dialect_;
  ClientOptions options_;
  std::uint64_t next_message_id_ = 0;
  std::uint8_t nonce_ = 0;
  crypto::PreauthIntegrity preauth_;
  Random random_;
};

}  // namespace reference
