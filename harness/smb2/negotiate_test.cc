#include "harness/smb2/negotiate.h"

#include <gtest/gtest.h>

#include "harness/smb2/message.h"

namespace smb2 {
namespace {

NegotiateRequest with_contexts() {
  NegotiateRequest request;
  request.security_mode = SecurityMode::signing_enabled;
  request.dialects = {Dialect::smb_2_0_2, Dialect::smb_3_1_1};
  request.negotiate_contexts = {
      {.type = ContextType::preauth_integrity,
       .data = PreauthIntegrityCapabilities{.hash_algorithms = {HashAlgorithm::sha_512}, .salt = {1, 2, 3}}},
      {.type = ContextType::encryption,
       .data = EncryptionCapabilities{.ciphers = {Cipher::aes_128_gcm, Cipher::aes_128_ccm}}},
      {.type = ContextType{0x7fff}, .data = wire::Bytes{0xde, 0xad}},
  };
  return request;
}

TEST(NegotiateRequest, DerivesEveryNumber) {
  const wire::Bytes bytes = encode(Message{.header = {.command = Command::negotiate}, .body = with_contexts()});
  const auto decoded = decode(bytes);
  EXPECT_TRUE(decoded.issues.empty());
  const auto& request = std::get<NegotiateRequest>(decoded.message.body);
  EXPECT_EQ(request.dialect_count.value, 2);
  EXPECT_EQ(request.negotiate_context_offset.value, 104u);
  EXPECT_EQ(request.negotiate_context_count.value, 3);
  ASSERT_EQ(request.negotiate_contexts.size(), 3u);
  const auto& preauth = std::get<PreauthIntegrityCapabilities>(request.negotiate_contexts[0].data);
  EXPECT_EQ(preauth.salt_length.value, 3);
  EXPECT_EQ(request.negotiate_contexts[0].data_length.value, 9);
  EXPECT_EQ(std::get<wire::Bytes>(request.negotiate_contexts[2].data), (wire::Bytes{0xde, 0xad}));
  EXPECT_EQ(wire::encode(decoded.message, decoded.residue), bytes);
}

TEST(NegotiateRequest, EveryPathCanBeSet) {
  Message message{.header = {.command = Command::negotiate}, .body = with_contexts()};
  const auto path = wire::Path::parse("NegotiateContextList[type=ENCRYPTION].CipherCount");
  ASSERT_TRUE(path);
  EXPECT_TRUE(wire::find(message, *path, [](const wire::Field& f) { EXPECT_TRUE(f.set(std::uint64_t{9})); }));
  const auto decoded = decode(encode(message));
  const auto& request = std::get<NegotiateRequest>(decoded.message.body);
  const auto& encryption = std::get<EncryptionCapabilities>(request.negotiate_contexts[1].data);
  EXPECT_EQ(encryption.cipher_count.value, 9);
  EXPECT_EQ(encryption.ciphers.size(), 2u);
  ASSERT_EQ(decoded.issues.size(), 1u);
  EXPECT_EQ(decoded.issues[0].rule, wire::Rule::wrong_count);
}

TEST(NegotiateRequest, PrintsWhatWasSent) {
  Message message{.header = {.command = Command::negotiate}, .body = with_contexts()};
  std::get<NegotiateRequest>(message.body).dialect_count = wire::Derived<std::uint16_t>::force(1);
  const std::string text = transcript(encode(message));
  EXPECT_NE(text.find("  66    2  DialectCount 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find(" 100    2  Dialects [2.0.2 (0x0202)]\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("NegotiateContextList"), std::string::npos) << text;
}

}  // namespace
}  // namespace smb2
