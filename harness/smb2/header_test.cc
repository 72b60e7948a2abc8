#include "harness/smb2/header.h"

#include "harness/smb2/sample_messages.h"

namespace smb2 {
namespace {

using sample::bytes;

TEST(Header, OfARequest) {
  const auto header =
      sample::read<Header>(bytes("fe 53 4d 42"                                      // ProtocolId
                                 "40 00"                                            // StructureSize
                                 "02 00"                                            // CreditCharge
                                 "03 00"                                            // ChannelSequence
                                 "00 00"                                            // Reserved
                                 "05 00"                                            // Command
                                 "1f 00"                                            // CreditRequest
                                 "08 00 00 30"                                      // Flags
                                 "98 00 00 00"                                      // NextCommand
                                 "07 00 00 00 00 00 00 00"                          // MessageId
                                 "ff fe 00 00"                                      // Reserved
                                 "05 00 00 00"                                      // TreeId
                                 "01 00 00 00 00 04 00 00"                          // SessionId
                                 "00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f"  // Signature
                                 ));
  EXPECT_EQ(header.credit_charge, 2);
  EXPECT_EQ(header.channel_sequence, 3);
  EXPECT_EQ(header.status, NtStatus::success);
  EXPECT_EQ(header.command, Command::create);
  EXPECT_EQ(header.credits, 31);
  EXPECT_EQ(header.flags,
            HeaderFlags::signed_message | HeaderFlags::dfs_operations | HeaderFlags::replay_operation);
  EXPECT_EQ(header.next_command, 152u);
  EXPECT_EQ(header.message_id, 7u);
  EXPECT_EQ(header.reserved, 0xfeffu);
  EXPECT_EQ(header.tree_id, 5u);
  EXPECT_EQ(header.session_id, 0x0000040000000001u);
  EXPECT_EQ(header.signature[15], 0x0f);
  EXPECT_FALSE(header.is_response());
  EXPECT_FALSE(header.is_async());
}

TEST(Header, OfAnAsynchronousResponse) {
  const auto header =
      sample::read<Header>(bytes("fe 53 4d 42"                                      // ProtocolId
                                 "40 00"                                            // StructureSize
                                 "00 00"                                            // CreditCharge
                                 "03 01 00 00"                                      // Status
                                 "0f 00"                                            // Command
                                 "01 00"                                            // CreditResponse
                                 "03 00 00 00"                                      // Flags
                                 "00 00 00 00"                                      // NextCommand
                                 "09 00 00 00 00 00 00 00"                          // MessageId
                                 "08 00 00 00 01 00 00 00"                          // AsyncId
                                 "01 00 00 00 00 04 00 00"                          // SessionId
                                 "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"  // Signature
                                 ));
  EXPECT_EQ(header.status, NtStatus::pending);
  EXPECT_EQ(header.command, Command::change_notify);
  EXPECT_EQ(header.async_id, 0x0000000100000008u);
  EXPECT_EQ(header.tree_id, 0u);
  EXPECT_TRUE(header.is_response());
  EXPECT_TRUE(header.is_async());
}

TEST(Header, ReportsAWrongProtocolIdAndSize) {
  wire::Bytes changed = wire::encode(Header{});
  changed[0] = 0xfd;
  changed[4] = 0x41;
  const auto decoded = wire::decode<Header>(changed);
  ASSERT_EQ(decoded.issues.size(), 2u);
  EXPECT_EQ(decoded.issues[0].text(), "ProtocolId at byte 0: 0x424d53fd instead of 0x424d53fe");
  EXPECT_EQ(decoded.issues[1].text(), "StructureSize at byte 4: 0x41 instead of 0x40");
}

TEST(Message, HasTheBodyThatItsHeaderCallsFor) {
  const auto body = [](Command command, HeaderFlags flags, NtStatus status) {
    return body_of({.status = status, .command = command, .flags = flags});
  };
  constexpr auto response = HeaderFlags::server_to_redir;
  constexpr std::size_t error = 2;
  constexpr std::size_t unknown = std::variant_size_v<Body> - 1;
  EXPECT_EQ(body(Command::negotiate, HeaderFlags::none, NtStatus::success), 0u);
  EXPECT_EQ(body(Command::negotiate, response, NtStatus::success), 1u);
  EXPECT_EQ(body(Command::negotiate, response, NtStatus::not_supported), error);
  EXPECT_EQ(body(Command{0xffff}, response, NtStatus::invalid_parameter), error);
  EXPECT_EQ(body(Command{0xffff}, HeaderFlags::none, NtStatus::success), unknown);
  EXPECT_EQ(body(Command::session_setup, response, NtStatus::logon_failure), error);
  EXPECT_NE(body(Command::session_setup, response, NtStatus::more_processing_required), error);
  EXPECT_EQ(body(Command::tree_connect, response, NtStatus::more_processing_required), error);
  EXPECT_NE(body(Command::read, response, NtStatus::buffer_overflow), error);
  EXPECT_NE(body(Command::change_notify, response, NtStatus::notify_enum_dir), error);
  EXPECT_EQ(body(Command::change_notify, response, NtStatus::pending), error);
}

TEST(Message, HasATitle) {
  EXPECT_EQ(title(sample::negotiate_request()), "NEGOTIATE Request");
  EXPECT_EQ(title(sample::negotiate_response()), "NEGOTIATE Response");
  EXPECT_EQ(title({.header = {.command = Command{0x77}}, .body = wire::Bytes{}}), "command 0x0077 Request");
}

TEST(Transcript, SaysSomethingAboutAnyBytes) {
  EXPECT_TRUE(transcript({}).starts_with("0 bytes that are no SMB message"));
  EXPECT_TRUE(transcript(bytes("fd 53 4d 42")).starts_with("encrypted message"));
  EXPECT_TRUE(transcript(bytes("fc 53 4d 42")).starts_with("compressed message"));
  EXPECT_TRUE(transcript(bytes("ff 53 4d 42 72")).starts_with("SMB_COM_NEGOTIATE"));
  EXPECT_TRUE(transcript(bytes("fe 53 4d 42 72"))
                  .contains("! StructureSize at byte 4: the message ends after 1 of 2"));
  EXPECT_TRUE(transcript(bytes("47 45 54 20 2f"))
                  .starts_with("5 bytes that are no SMB message\n0000  47 45 54 20 2f"));
}

}  // namespace
}  // namespace smb2
