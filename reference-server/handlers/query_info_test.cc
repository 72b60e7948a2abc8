#include "reference-server/handlers/query_info.h"

#include "reference-server/model/open_client.h"

namespace reference {
namespace {

using smb2::Command;
using smb2::Dialect;
using smb2::FileInfoClass;
using smb2::NtStatus;
using smb2::QueryInfoRequest;

class QueryInfo : public testing::TestWithParam<Dialect> {
 protected:
  Server server{session_settings(), 1, wall_clock};
  OpenClient client{server, GetParam()};
  smb2::FileId id = client.open("file");

  smb2::Message ask(QueryInfoRequest body) {
    return client.send(message_of(Command::query_info, std::move(body))).message();
  }
  QueryInfoRequest about(FileInfoClass info_class, std::uint32_t size = 1000) const {
    return {.file_info_class = info_class, .output_buffer_length = size, .file_id = id};
  }
  std::string told(FileInfoClass info_class) {
    const smb2::Message answer = ask(about(info_class));
    const auto* body = std::get_if<smb2::QueryInfoResponse>(&answer.body);
    return body == nullptr ? smb2::to_text(answer.header.status) : wire::to_hex(body->buffer);
  }
};
INSTANTIATE_TEST_SUITE_P(Dialects, QueryInfo, testing::ValuesIn(smb2::all_dialects),
                         [](const auto& info) { return "n" + std::to_string(info.index); });

TEST_P(QueryInfo, TellsOfTheFile) {
  const std::string now = "000000000000d001";
  EXPECT_EQ(told(FileInfoClass::position), "0000000000000000");
  EXPECT_EQ(told(FileInfoClass::basic), now + now + now + now +
                                            "20000000"
                                            "00000000");
  EXPECT_EQ(told(FileInfoClass::standard),
            "0000000000000000"
            "0000000000000000"
            "01000000"
            "0000"
            "0000");
  EXPECT_EQ(told(FileInfoClass::access), "ff011f00");
  EXPECT_EQ(told(FileInfoClass::network_open), now + now + now + now +
                                                   "0000000000000000"
                                                   "0000000000000000"
                                                   "20000000"
                                                   "00000000");
  EXPECT_EQ(told(FileInfoClass::all).size(), 2u * 100) << "the name is empty";
}

TEST_P(QueryInfo, RefusesClassesByWhetherTheyAre) {
  EXPECT_EQ(ask(about(FileInfoClass{22})).header.status, NtStatus::not_supported);
  EXPECT_EQ(ask(about(FileInfoClass{0xff})).header.status, NtStatus::invalid_info_class);
  QueryInfoRequest other = about(FileInfoClass{1});
  other.info_type = smb2::InfoType::quota;
  EXPECT_EQ(ask(other).header.status, NtStatus::not_supported);
  other.info_type = smb2::InfoType{9};
  EXPECT_EQ(ask(other).header.status, NtStatus::invalid_parameter);
}

TEST_P(QueryInfo, WantsRoomForTheAnswer) {
  const smb2::Message answer = ask(about(FileInfoClass::position, 7));
  EXPECT_EQ(answer.header.status, NtStatus::info_length_mismatch);
  const auto& error = std::get<smb2::ErrorResponse>(answer.body);
  EXPECT_EQ(error.byte_count.value, GetParam() == Dialect::smb_3_1_1 ? 8u : 0u);
  EXPECT_EQ(ask(about(FileInfoClass::position, 8)).header.status, NtStatus::success);
  EXPECT_EQ(ask(about(FileInfoClass::position, 0xffffffff)).header.status, NtStatus::invalid_parameter);
}

TEST_P(QueryInfo, TellsThosePartsOfTheSecurityDescriptorThatAreAskedFor) {
  const std::string everyone =
      "0101"
      "000000000001"
      "00000000";
  QueryInfoRequest body = about(FileInfoClass::none);
  body.info_type = smb2::InfoType::security;
  body.additional_information = 1;
  EXPECT_EQ(wire::to_hex(std::get<smb2::QueryInfoResponse>(ask(body).body).buffer),
            "01000080"
            "14000000"
            "00000000"
            "00000000"
            "00000000" +
                everyone);
  body.additional_information = 4;
  EXPECT_EQ(wire::to_hex(std::get<smb2::QueryInfoResponse>(ask(body).body).buffer),
            "01000480"
            "00000000"
            "00000000"
            "00000000"
            "14000000"
            "02001c00"
            "01000000"
            "00001400"
            "ff011f00" +
                everyone);
  body.additional_information = 7;
  body.output_buffer_length = 71;
  const smb2::Message answer = ask(body);
  EXPECT_EQ(answer.header.status, NtStatus::buffer_too_small);
  const auto& error = std::get<smb2::ErrorResponse>(answer.body);
  const wire::Bytes wanted = {72, 0, 0, 0};
  if (GetParam() == Dialect::smb_3_1_1) {
    ASSERT_EQ(error.error_contexts.size(), 1u);
    EXPECT_EQ(std::get<wire::Bytes>(error.error_contexts[0].data), wanted);
  } else {
    EXPECT_EQ(error.error_data, wanted);
  }
}

TEST_P(QueryInfo, WantsAnOpenThatMayReadAttributes) {
  smb2::CreateRequest body = create_body("file");
  body.desired_access = smb2::AccessMask::file_read_data;
  id = client.opened(body).file_id;
  EXPECT_EQ(ask(about(FileInfoClass::basic)).header.status, NtStatus::access_denied);
  EXPECT_EQ(ask(about(FileInfoClass::position)).header.status, NtStatus::success);
  EXPECT_EQ(client.close(id), NtStatus::success);
  EXPECT_EQ(ask(about(FileInfoClass::position)).header.status, NtStatus::file_closed);
}

}  // namespace
}  // namespace reference
