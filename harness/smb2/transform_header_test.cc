#include "harness/smb2/transform_header.h"

#include <gmock/gmock.h>

#include "harness/smb2/sample_messages.h"

namespace smb2 {
namespace {

using wire::Bytes;

constexpr std::string_view transform_hex =
    "fd 53 4d 42"                                      // ProtocolId
    "a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 aa ab ac ad ae af"  // Signature
    "01 02 03 04 05 06 07 08 09 0a 0b 00 00 00 00 00"  // Nonce
    "04 00 00 00"                                      // OriginalMessageSize
    "00 00"                                            // Reserved
    "01 00"                                            // Flags
    "01 00 00 00 00 04 00 00"                          // SessionId
    "de ad be ef";                                     // EncryptedMessage

TEST(TransformHeader, StandsBeforeTheEncryptedMessage) {
  const auto header = sample::read<TransformHeader>(sample::bytes(transform_hex));
  EXPECT_EQ(header.signature[15], 0xaf);
  EXPECT_EQ(header.nonce[10], 0x0b);
  EXPECT_EQ(header.flags, TransformFlags::encrypted);
  EXPECT_EQ(header.session_id, 0x0000040000000001u);
  EXPECT_EQ(header.encrypted_message, sample::bytes("de ad be ef"));
}

TEST(TransformHeader, DerivesTheSize) {
  const wire::Bytes bytes = wire::encode(TransformHeader{.encrypted_message = wire::Bytes(100, 7)});
  EXPECT_EQ(bytes.size(), transform_header_size + 100);
  const auto decoded = wire::decode<TransformHeader>(bytes);
  EXPECT_THAT(decoded.issues, testing::IsEmpty());
  EXPECT_EQ(decoded.message.original_message_size.value, 100u);
}

TEST(TransformHeader, WithASizeThatLiesKeepsAllOfTheMessage) {
  for (const std::uint8_t size : Bytes{3, 5}) {
    wire::Bytes changed = sample::bytes(transform_hex);
    changed[36] = size;
    const auto decoded = wire::decode<TransformHeader>(changed);
    ASSERT_EQ(decoded.issues.size(), 1u);
    EXPECT_EQ(decoded.issues[0].rule, wire::Rule::wrong_length);
    EXPECT_EQ(decoded.message.encrypted_message.size(), 4u);
    EXPECT_EQ(wire::encode(decoded.message), changed);
  }
}

TEST(TransformHeader, ProtectsWhatStandsBehindTheSignature) {
  const wire::Bytes whole = sample::bytes(transform_hex);
  const wire::View protected_part = associated_data(whole);
  EXPECT_EQ(protected_part.size(), 32u);
  EXPECT_EQ(protected_part.data(), whole.data() + 20);
  EXPECT_TRUE(associated_data(wire::View(whole).first(51)).empty());
}

TEST(TransformHeader, StandsInTranscripts) {
  const std::string text = transcript(sample::bytes(transform_hex));
  EXPECT_TRUE(text.starts_with("encrypted message\n")) << text;
  EXPECT_TRUE(text.contains("  52    4  EncryptedMessage deadbeef\n")) << text;
}

}  // namespace
}  // namespace smb2
