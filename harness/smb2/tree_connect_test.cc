#include "harness/smb2/tree_connect.h"

#include <gmock/gmock.h>

#include "harness/smb2/sample_messages.h"

namespace smb2 {
namespace {

TEST(TreeConnectRequest, WithAPath) {
  const auto body = sample::read_body<TreeConnectRequest>(sample::tree_connect_request(),
                                                          "09 00"                          // StructureSize
                                                          "00 00"                          // Flags
                                                          "48 00"                          // PathOffset
                                                          "0a 00"                          // PathLength
                                                          "5c 00 5c 00 73 00 5c 00 61 00"  // Buffer
  );
  EXPECT_EQ(body.path.to_utf8(), R"(\\s\a)");
  EXPECT_FALSE(body.has_extension());
}

TEST(TreeConnectRequest, WithAnExtension) {
  const auto body = sample::read_body<TreeConnectRequest>(sample::tree_connect_request_with_extension(),
                                                          "09 00"        // StructureSize
                                                          "04 00"        // Flags
                                                          "58 00"        // PathOffset
                                                          "0a 00"        // PathLength
                                                          "68 00 00 00"  // TreeConnectContextOffset
                                                          "02 00"        // TreeConnectContextCount
                                                          "00 00 00 00 00 00 00 00 00 00"  // Reserved
                                                          "5c 00 5c 00 73 00 5c 00 61 00"  // PathName
                                                          "00 00 00 00 00 00"              // padding
                                                          "01 00"        // [0].ContextType: REMOTED_IDENTITY
                                                          "1e 00"        // [0].DataLength
                                                          "00 00 00 00"  // [0].Reserved
                                                          "01 00"        // [0].TicketType
                                                          "1e 00"        // [0].TicketSize
                                                          "1c 00"        // [0].User
                                                          "00 00"        // [0].UserName
                                                          "00 00"        // [0].Domain
                                                          "00 00"        // [0].Groups
                                                          "00 00"        // [0].RestrictedGroups
                                                          "00 00"        // [0].Privileges
                                                          "00 00"        // [0].PrimaryGroup
                                                          "00 00"        // [0].Owner
                                                          "00 00"        // [0].DefaultDacl
                                                          "00 00"        // [0].DeviceGroups
                                                          "00 00"        // [0].UserClaims
                                                          "00 00"        // [0].DeviceClaims
                                                          "aa bb"        // [0].TicketInfo
                                                          "00 00"        // padding
                                                          "ff 7f"        // [1].ContextType: unknown
                                                          "02 00"        // [1].DataLength
                                                          "00 00 00 00"  // [1].Reserved
                                                          "de ad"        // [1].Data
  );
  ASSERT_EQ(body.tree_connect_contexts.size(), 2u);
  const auto& identity = std::get<RemotedIdentity>(body.tree_connect_contexts[0].data);
  EXPECT_EQ(identity.ticket_size.value, 30);
  EXPECT_EQ(identity.ticket_info, sample::bytes("aa bb"));
  EXPECT_EQ(std::get<wire::Bytes>(body.tree_connect_contexts[1].data), sample::bytes("de ad"));
}

TEST(TreeConnectRequest, CanSendContextsWithoutTheFlag) {
  Message message = sample::tree_connect_request_with_extension();
  wire::Bytes expected = encode(message);
  expected[header_size + 2] = 0;
  std::get<TreeConnectRequest>(message.body).flags = TreeConnectFlags::none;
  EXPECT_EQ(wire::to_hex(encode(message)), wire::to_hex(expected));
}

TEST(TreeConnectRequest, WithATicketSizeThatLiesIsReported) {
  Message message = sample::tree_connect_request_with_extension();
  const auto path = wire::Path::parse("TreeConnectContexts[type=REMOTED_IDENTITY].TicketSize");
  EXPECT_TRUE(
      wire::find(message, *path, [](const wire::Field& f) { EXPECT_TRUE(f.set(std::uint64_t{31})); }));
  const auto decoded = decode(encode(message));
  ASSERT_EQ(decoded.issues.size(), 1u);
  EXPECT_EQ(decoded.issues[0].text(), "TicketSize at byte 112: says 31 bytes, its content takes 30");
}

TEST(TreeConnectResponse, OfADisk) {
  const auto body = sample::read_body<TreeConnectResponse>(sample::tree_connect_response(),
                                                           "10 00"        // StructureSize
                                                           "01"           // ShareType
                                                           "00"           // Reserved
                                                           "30 88 00 00"  // ShareFlags
                                                           "10 00 00 00"  // Capabilities
                                                           "ff 01 1f 00"  // MaximalAccess
  );
  EXPECT_EQ(body.share_type, ShareType::disk);
  EXPECT_EQ(body.maximal_access, AccessMask{0x001f01ff});
}

TEST(TreeConnectResponse, PrintsTheCachingOfItsShare) {
  const std::string text = wire::print(sample::tree_connect_response());
  EXPECT_TRUE(
      text.contains("ShareFlags SMB2_SHAREFLAG_NO_CACHING|SMB2_SHAREFLAG_ACCESS_BASED_DIRECTORY_ENUM|"
                    "SMB2_SHAREFLAG_ENCRYPT_DATA\n"))
      << text;
}

TEST(TreeConnect, IsRewrittenIdenticallyAfterAnyChange) {
  sample::expect_rewritten_after_any_change(sample::tree_connect_request());
  sample::expect_rewritten_after_any_change(sample::tree_connect_request_with_extension());
  sample::expect_rewritten_after_any_change(sample::tree_connect_response());
}

}  // namespace
}  // namespace smb2
