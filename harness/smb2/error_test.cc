#include "harness/smb2/error.h"

#include <gmock/gmock.h>

#include "harness/smb2/sample_messages.h"

namespace smb2 {
namespace {

using sample::bytes;

TEST(ErrorResponse, OfNineBytes) {
  const auto body =
      sample::read<ErrorResponse>(bytes("09 00"        // StructureSize
                                        "00"           // ErrorContextCount
                                        "00"           // Reserved
                                        "00 00 00 00"  // ByteCount
                                        "00"           // the byte that stands for ErrorData
                                        ));
  EXPECT_TRUE(body.error_data.empty());
  EXPECT_EQ(body.padding, wire::Bytes{0});
}

TEST(ErrorResponse, OfEightBytes) {
  const auto body =
      sample::read<ErrorResponse>(bytes("09 00"        // StructureSize
                                        "00"           // ErrorContextCount
                                        "00"           // Reserved
                                        "00 00 00 00"  // ByteCount
                                        ));
  EXPECT_TRUE(body.padding.empty());
}

TEST(ErrorResponse, WithData) {
  const auto body =
      sample::read<ErrorResponse>(bytes("09 00"        // StructureSize
                                        "00"           // ErrorContextCount
                                        "00"           // Reserved
                                        "04 00 00 00"  // ByteCount
                                        "34 12 00 00"  // ErrorData
                                        ));
  EXPECT_EQ(body.error_data, bytes("34 12 00 00"));
}

TEST(ErrorResponse, WithContexts) {
  const auto body =
      sample::read<ErrorResponse>(bytes("09 00"        // StructureSize
                                        "02"           // ErrorContextCount
                                        "00"           // Reserved
                                        "1c 00 00 00"  // ByteCount
                                        "04 00 00 00"  // ErrorContextList[0].ErrorDataLength
                                        "00 00 00 00"  // ErrorContextList[0].ErrorId
                                        "34 12 00 00"  // ErrorContextList[0].ErrorContextData
                                        "00 00 00 00"  // to the next 8-byte boundary
                                        "04 00 00 00"  // ErrorContextList[1].ErrorDataLength
                                        "01 00 00 00"  // ErrorContextList[1].ErrorId
                                        "01 02 03 04"  // ErrorContextList[1].ErrorContextData
                                        ));
  ASSERT_EQ(body.error_contexts.size(), 2u);
  EXPECT_EQ(std::get<wire::Bytes>(body.error_contexts[0].data), bytes("34 12 00 00"));
  EXPECT_EQ(body.error_contexts[1].error_id, ErrorId{1});
  EXPECT_TRUE(body.padding.empty());
}

// 2.2.2.2.2
TEST(ErrorResponse, WhereAShareIs) {
  const wire::Bytes wire = bytes(
      "09 00 01 00"                                      // StructureSize, ErrorContextCount, Reserved
      "3e 00 00 00"                                      // ByteCount
      "36 00 00 00 53 52 64 72"                          // ErrorDataLength, ErrorId
      "30 00 00 00 03 00 00 00"                          // StructureSize, NotificationType
      "30 00 00 00 06 00 00 00"                          // ResourceNameOffset, ResourceNameLength
      "00 00 00 00 01 00 00 00"                          // Reserved, TargetType, IPAddrCount
      "01 00 00 00 00 00 00 00"                          // IPAddrMoveList[0].Type, Reserved
      "c0 00 02 07 00 00 00 00 00 00 00 00 00 00 00 00"  // IPAddress
      "66 00 61 00 72 00"                                // ResourceName
  );
  const auto decoded = wire::decode<ErrorResponse>(wire);
  EXPECT_TRUE(decoded.issues.empty());
  ASSERT_EQ(decoded.message.error_contexts.size(), 1u);
  const auto& redirect = std::get<ShareRedirect>(decoded.message.error_contexts[0].data);
  EXPECT_EQ(redirect.resource_name.to_utf8(), "far");
  ASSERT_EQ(redirect.ip_addr_move_list.size(), 1u);
  EXPECT_EQ(redirect.ip_addr_move_list[0].type, MoveDestinationType::ipv4);
  EXPECT_EQ(wire::encode(decoded.message, decoded.residue), wire);

  const ErrorResponse made{
      .error_contexts = {{.error_id = ErrorId::share_redirect,
                          .data = ShareRedirect{.ip_addr_move_list = {{.address = {192, 0, 2, 7}}},
                                                .resource_name = wire::Utf16::from_utf8("far")}}}};
  EXPECT_EQ(wire::encode(made), wire);
}

// Its name among the other fields: the context still ends behind its last field.
TEST(ErrorResponse, WhereAShareIsByAnOffsetThatGoesBackIsRewrittenIdentically) {
  const wire::Bytes body = bytes(
      "09 00 01 00 3a 00 00 00 32 00 00 00 53 52 64 72 30 00 00 00 03 00 00 00 00 00 00 00 02 00 00 00"
      "00 00 00 00 01 00 00 00 01 00 00 00 00 00 00 00 c0 00 02 07 00 00 00 00 00 00 00 00 00 00 00 00"
      "87 88");
  const auto decoded = wire::decode<ErrorResponse>(body);
  EXPECT_FALSE(decoded.issues.empty());
  EXPECT_EQ(wire::encode(decoded.message, decoded.residue), body);
}

TEST(ErrorResponse, WithALyingByteCountIsRewrittenIdentically) {
  for (const auto* hex :
       {"0900 01 00 01000000 00000000 00000000 ff", "0900 01 00 ffffffff 00000000 00000000",
        "0900 ff 00 08000000 00000000 00000000", "0900 01 00 00000000 00000000 00000000",
        "0900 02 00 18000000 ffffffff 00000000 0102030405060708", "0900 00 00 ffffffff 01"}) {
    const wire::Bytes body = bytes(hex);
    const auto decoded = wire::decode<ErrorResponse>(body);
    EXPECT_FALSE(decoded.issues.empty()) << hex;
    EXPECT_EQ(wire::encode(decoded.message, decoded.residue), body) << hex;
  }
}

}  // namespace
}  // namespace smb2
