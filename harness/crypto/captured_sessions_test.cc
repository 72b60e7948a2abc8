// Sessions of smbclient with smbd, from the password to every signature and seal on the wire.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/crypto/key_derivation.h"
#include "harness/crypto/known_answers.h"
#include "harness/crypto/ntlm.h"
#include "harness/crypto/preauth.h"
#include "harness/crypto/sealing.h"
#include "harness/crypto/signing.h"

namespace crypto {
namespace {

using wire::to_hex;

const std::map<std::string, SigningAlgorithm> signing_algorithms = {
    {"hmac-sha256", SigningAlgorithm::hmac_sha256},
    {"aes-cmac", SigningAlgorithm::aes_cmac},
    {"aes-gmac", SigningAlgorithm::aes_gmac}};
const std::map<std::string, Cipher> ciphers = {{"aes-128-ccm", Cipher::aes_128_ccm},
                                               {"aes-128-gcm", Cipher::aes_128_gcm},
                                               {"aes-256-ccm", Cipher::aes_256_ccm},
                                               {"aes-256-gcm", Cipher::aes_256_gcm}};

std::uint32_t number(View bytes, std::size_t offset, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = size; i-- > 0;) value = value << 8 | bytes[offset + i];
  return value;
}

struct Message {
  bool from_server;
  Bytes bytes;

  bool sealed() const { return bytes[0] == 0xfd; }
  // Of the SMB2 header, [MS-SMB2] 2.2.1.
  std::uint32_t status() const { return number(bytes, 8, 4); }
  std::uint32_t command() const { return number(bytes, 12, 2); }
  bool is_signed() const { return (number(bytes, 16, 4) & 0x8) != 0; }
};

constexpr std::uint32_t negotiate = 0;
constexpr std::uint32_t session_setup = 1;
constexpr std::uint32_t more_processing_required = 0xc0000016;

struct Session {
  std::map<std::string, std::string> facts;
  std::vector<Message> messages;
};

Session load(const std::string& file) {
  Session session;
  for (const auto& row : known_answers(file)) {
    if (row[0] == "client" || row[0] == "server")
      session.messages.push_back({row[0] == "server", hex(row[1])});
    else
      session.facts[row[0]] = row[1];
  }
  return session;
}

// The NTLMSSP message of a type, wherever a SESSION_SETUP has it.
View ntlmssp(const Session& session, std::uint8_t type) {
  const Bytes magic = hex("4e544c4d53535000");
  for (const Message& message : session.messages) {
    const View view = message.bytes;
    const auto found = std::ranges::search(view, std::span<const std::uint8_t>(magic));
    if (!found.empty() && found.begin()[8] == type)
      return view.subspan(static_cast<std::size_t>(found.begin() - view.begin()));
  }
  return {};
}

View field(View token, std::size_t at) {
  return token.subspan(number(token, at + 4, 4), number(token, at, 2));
}

// What the password "secret" of the user "games" makes of the tokens. [MS-NLMP] 3.3.2
Bytes exported_session_key(const Session& session) {
  const View challenge = ntlmssp(session, 2);
  const View authenticate = ntlmssp(session, 3);
  const View response = field(authenticate, 20);
  const Bytes user = hex("470041004d0045005300");
  const Digest128 password_hash = md4(hex("730065006300720065007400")).value();
  const View name[] = {user, field(authenticate, 28)};
  const Digest128 response_key = hmac_md5(password_hash, name);
  const View proven[] = {challenge.subspan(24, 8), response.subspan(16)};
  const Digest128 proof = hmac_md5(response_key, proven);
  EXPECT_EQ(to_hex(proof), to_hex(response.first(16)));
  return rc4(hmac_md5(response_key, proof), field(authenticate, 52)).value();
}

PreauthHash preauth_hash(const Session& session) {
  PreauthIntegrity preauth;
  for (const Message& message : session.messages) {
    if (message.sealed() || message.command() > session_setup) break;
    if (message.command() == negotiate || !message.from_server ||
        message.status() == more_processing_required)
      preauth.absorb(message.bytes);
  }
  return preauth.value();
}

SessionKeys session_keys(const Session& session, View exported) {
  const std::string& dialect = session.facts.at("dialect");
  if (dialect == "2.1") return session_keys_2x(exported);
  if (dialect == "3.0") return session_keys_30(exported);
  const bool aes_256 = session.facts.contains("cipher") && session.facts.at("cipher").starts_with("aes-256");
  return session_keys_311(exported, aes_256 ? 256 : 128, preauth_hash(session));
}

// [MS-SMB2] 3.1.4.1: MessageId, then who sends. None of these sessions cancels anything.
SigningNonce signing_nonce(const Message& message) {
  SigningNonce nonce{};
  std::copy_n(message.bytes.begin() + 24, 8, nonce.begin());
  nonce[8] = message.from_server ? 1 : 0;
  return nonce;
}

void expect_signature(const Message& message, SigningAlgorithm algorithm, View key) {
  const View view = message.bytes;
  const Bytes zeros(16, 0);
  const View parts[] = {view.first(48), zeros, view.subspan(64)};
  EXPECT_EQ(to_hex(sign(algorithm, key, signing_nonce(message), parts)), to_hex(view.subspan(48, 16)));
}

void expect_seal(const Message& message, Cipher cipher, View key) {
  const View view = message.bytes;
  const View nonce = view.subspan(20, nonce_size(cipher));
  const View header = view.subspan(20, 32);
  Tag tag;
  std::copy_n(view.begin() + 4, tag.size(), tag.begin());
  const std::optional<Bytes> plaintext = open(cipher, key, nonce, header, view.subspan(52), tag);
  ASSERT_TRUE(plaintext);
  EXPECT_EQ(to_hex(View(*plaintext).first(4)), "fe534d42");
  const Sealed again = seal(cipher, key, nonce, header, *plaintext);
  EXPECT_EQ(to_hex(again.ciphertext), to_hex(view.subspan(52)));
  EXPECT_EQ(again.tag, tag);
}

class CapturedSession : public testing::TestWithParam<const char*> {
 protected:
  const Session session = load(GetParam());
};

INSTANTIATE_TEST_SUITE_P(
    Samba, CapturedSession,
    testing::Values("samba-2.1-signed-hmac-sha256.txt", "samba-3.0-signed-aes-cmac.txt",
                    "samba-3.0-sealed-aes-128-ccm.txt", "samba-3.1.1-signed-hmac-sha256.txt",
                    "samba-3.1.1-signed-aes-cmac.txt", "samba-3.1.1-signed-aes-gmac.txt",
                    "samba-3.1.1-sealed-aes-128-ccm.txt", "samba-3.1.1-sealed-aes-128-gcm.txt",
                    "samba-3.1.1-sealed-aes-256-ccm.txt", "samba-3.1.1-sealed-aes-256-gcm.txt"),
    [](const auto& info) {
      std::string name = info.param;
      std::erase_if(name, [](char c) { return c == '.' || c == '-'; });
      return name;
    });

TEST_P(CapturedSession, KeysAreThoseTheClientPrinted) {
  const Bytes exported = exported_session_key(session);
  const SessionKeys keys = session_keys(session, exported);
  if (session.facts.at("dialect") == "2.1") return;  // smbclient prints none; the signatures prove the key
  EXPECT_EQ(to_hex(exported), session.facts.at("session-key"));
  EXPECT_EQ(to_hex(keys.signing), session.facts.at("signing-key"));
  EXPECT_EQ(to_hex(keys.application), session.facts.at("application-key"));
  EXPECT_EQ(to_hex(keys.encryption), session.facts.at("client-to-server-key"));
  EXPECT_EQ(to_hex(keys.decryption), session.facts.at("server-to-client-key"));
}

TEST_P(CapturedSession, EverySignatureAndSealIsReproduced) {
  const SessionKeys keys = session_keys(session, exported_session_key(session));
  std::size_t protected_messages = 0;
  for (const Message& message : session.messages) {
    SCOPED_TRACE(wire::hex_dump(message.bytes));
    if (message.sealed())
      expect_seal(message, ciphers.at(session.facts.at("cipher")),
                  message.from_server ? keys.decryption : keys.encryption);
    else if (message.is_signed())
      expect_signature(message, signing_algorithms.at(session.facts.at("signing")), keys.signing);
    else
      continue;
    ++protected_messages;
  }
  EXPECT_EQ(protected_messages, session.messages.size() - 5)
      << "all but NEGOTIATE and the first SESSION_SETUP legs";
}

}  // namespace
}  // namespace crypto
