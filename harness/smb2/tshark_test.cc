// What we write, read by Wireshark.
#include "harness/smb2/tshark.h"

#include <gmock/gmock.h>

#include "harness/smb2/direct_tcp.h"
#include "harness/smb2/sample_messages.h"
#include "harness/smb2/synthetic_capture.h"

namespace smb2 {
namespace {

class ReadByTshark : public testing::Test {
 protected:
  void SetUp() override {
    if (!tshark("--version")) GTEST_SKIP() << "NO TSHARK: install tshark to have it read what we write";
    file_.open();
    file_.send(true, frame(encode(sample::negotiate_request())));
    file_.send(false, frame(encode(sample::negotiate_response())));
    file_.send(false, frame(encode({.header = {.status = NtStatus::not_supported,
                                               .flags = HeaderFlags::server_to_redir,
                                               .message_id = 6},
                                    .body = ErrorResponse{.padding = {0}}})));
  }

  // Of the request, the response and the ERROR.
  std::vector<std::string> fields(const std::vector<std::string_view>& names) const {
    return tshark_fields(file_.pcap(), names);
  }

  SyntheticCapture file_;
};

using testing::ElementsAre;
using testing::SizeIs;

TEST_F(ReadByTshark, WithoutAMalformedMark) {
  EXPECT_THAT(fields({"_ws.malformed", "_ws.short", "smb2.msg_id"}), ElementsAre(";;5", ";;5", ";;6"));
}

TEST_F(ReadByTshark, TheHeader) {
  EXPECT_THAT(
      fields({"smb2.cmd", "smb2.credit.charge", "smb2.credits.requested", "smb2.credits.granted",
              "smb2.flags", "smb2.nt_status"}),
      ElementsAre("0;1;31;;0x00000000;", "0;0;;1;0x00000001;0x00000000", "0;0;;0;0x00000001;0xc00000bb"));
}

TEST_F(ReadByTshark, TheNegotiateRequest) {
  const auto lines =
      fields({"smb2.dialect_count", "smb2.dialect", "smb2.sec_mode", "smb2.capabilities", "smb2.client_guid",
              "smb2.negotiate_context.offset", "smb2.negotiate_context.count"});
  ASSERT_THAT(lines, SizeIs(3));
  EXPECT_EQ(lines[0],
            "3;0x0202,0x0300,0x0311;0x01;0x00000041;04030201-0605-0807-090a-0b0c0d0e0f10;0x00000070;8");
}

TEST_F(ReadByTshark, TheNegotiateResponse) {
  const auto lines = fields({"smb2.dialect", "smb2.sec_mode", "smb2.capabilities", "smb2.server_guid",
                             "smb2.max_trans_size", "smb2.max_read_size", "smb2.max_write_size",
                             "smb2.negotiate_context.offset", "smb2.negotiate_context.count"});
  ASSERT_THAT(lines, SizeIs(3));
  EXPECT_EQ(lines[1],
            "0x0311;0x02;0x00000006;0d0e0f10-0b0c-090a-0807-060504030201;65536;131072;196608;0x00000080;8");
}

// One message a line.
std::vector<std::string> fields_of(std::initializer_list<Message> messages,
                                   const std::vector<std::string_view>& names) {
  SyntheticCapture file;
  file.open();
  for (const Message& message : messages) {
    file.send(!message.header.is_response(), frame(encode(message)));
  }
  return tshark_fields(file.pcap(), names);
}

TEST_F(ReadByTshark, EveryMessageOfASessionWithoutAMalformedMark) {
  std::vector<std::string_view> names = {"_ws.malformed", "_ws.short"};
  for (const Message& message : {sample::tree_connect_request(),
                                 sample::tree_connect_response(),
                                 sample::ioctl_request(),
                                 sample::ioctl_response(),
                                 request(Command::logoff),
                                 response(Command::logoff),
                                 request(Command::tree_disconnect),
                                 response(Command::tree_disconnect),
                                 request(Command::echo),
                                 response(Command::echo),
                                 request(Command::cancel),
                                 sample::create_request(),
                                 sample::create_response(),
                                 sample::close_request(),
                                 sample::close_response(),
                                 sample::change_notify_request(),
                                 sample::query_info_request(),
                                 sample::query_info_response(),
                                 sample::flush_request(),
                                 response(Command::flush),
                                 sample::read_response(),
                                 sample::write_request(),
                                 sample::write_response()}) {
    EXPECT_THAT(fields_of({message}, names), ElementsAre(";")) << title(message);
  }
}

TEST_F(ReadByTshark, SessionSetup) {
  EXPECT_THAT(fields_of({sample::session_setup_request(), sample::session_setup_response()},
                        {"smb2.ses_req_flags", "smb2.sec_mode", "smb2.previous_sesid", "smb2.session_flags",
                         "smb2.security_blob"}),
              ElementsAre("1;0x02;0x0102030405060708;;600102", ";;;0x0005;a10102"));
}

TEST_F(ReadByTshark, TreeConnect) {
  EXPECT_THAT(fields_of({sample::tree_connect_request(), sample::tree_connect_response()},
                        {"smb2.tree", "smb2.share_type", "smb2.share_flags", "smb2.share_caps"}),
              ElementsAre(R"(\\s\a;;;)", testing::EndsWith("0x01;0x00008830;0x00000010")));
}

TEST_F(ReadByTshark, ValidateNegotiateInfo) {
  EXPECT_THAT(
      fields_of({sample::ioctl_request(), sample::ioctl_response()},
                {"smb2.ioctl.function", "smb2.capabilities", "smb2.dialect", "smb2.client_guid",
                 "smb2.server_guid", "smb2.max_ioctl_out_size"}),
      ElementsAre(
          "0x00140204;0x0000007f;0x0202,0x0210,0x0300,0x0302;04030201-0605-0807-090a-0b0c0d0e0f10;;24",
          "0x00140204;0x00000005;0x0302;;0d0e0f10-0b0c-090a-0807-060504030201;"));
}

TEST_F(ReadByTshark, EveryContext) {
  const auto lines =
      fields({"smb2.negotiate_context.type", "smb2.negotiate_context.data_length",
              "smb2.negotiate_context.hash_algorithm", "smb2.negotiate_context.salt",
              "smb2.negotiate_context.cipher_id", "smb2.negotiate_context.comp_alg_id",
              "smb2.negotiate_context.comp_alg_flags", "smb2.negotiate_context.netname",
              "smb2.negotiate_context.transport_flags", "smb2.negotiate_context.rdma_transform_id",
              "smb2.negotiate_context.signing_id"});
  ASSERT_THAT(lines, SizeIs(3));
  const std::string expected =
      "0x0001,0x0002,0x0003,0x0005,0x0006,0x0007,0x0008,0x7fff;9,6,12,12,4,12,6,2;0x0001;010203;0x0002,"
      "0x0001;"
      "0x0001,0x0004;0x00000001;server;0x00000001;0x0001,0x0002;0x0002,0x0001";
  EXPECT_EQ(lines[0], expected);
  EXPECT_EQ(lines[1], expected);
}

}  // namespace
}  // namespace smb2
