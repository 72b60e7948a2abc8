#include "harness/smb2/ioctl.h"

#include <gmock/gmock.h>

#include "harness/smb2/sample_messages.h"

namespace smb2 {
namespace {

using testing::ElementsAre;

TEST(IoctlRequest, OfValidateNegotiateInfo) {
  const auto body =
      sample::read_body<IoctlRequest>(sample::ioctl_request(),
                                      "39 00"                                            // StructureSize
                                      "00 00"                                            // Reserved
                                      "04 02 14 00"                                      // CtlCode
                                      "ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff"  // FileId
                                      "78 00 00 00"                                      // InputOffset
                                      "20 00 00 00"                                      // InputCount
                                      "00 00 00 00"                                      // MaxInputResponse
                                      "98 00 00 00"                                      // OutputOffset
                                      "00 00 00 00"                                      // OutputCount
                                      "18 00 00 00"                                      // MaxOutputResponse
                                      "01 00 00 00"                                      // Flags
                                      "00 00 00 00"                                      // Reserved2
                                      "7f 00 00 00"                                      // Capabilities
                                      "01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10"  // Guid
                                      "01 00"                                            // SecurityMode
                                      "04 00"                                            // DialectCount
                                      "02 02 10 02 00 03 02 03"                          // Dialects
      );
  const auto& info = std::get<ValidateNegotiateInfoRequest>(body.input);
  EXPECT_THAT(info.dialects,
              ElementsAre(Dialect::smb_2_0_2, Dialect::smb_2_1, Dialect::smb_3_0, Dialect::smb_3_0_2));
  EXPECT_EQ(info.guid[15], 16);
  EXPECT_EQ(body.file_id, no_file_id);
}

TEST(IoctlResponse, OfValidateNegotiateInfo) {
  const auto body =
      sample::read_body<IoctlResponse>(sample::ioctl_response(),
                                       "31 00"                                            // StructureSize
                                       "00 00"                                            // Reserved
                                       "04 02 14 00"                                      // CtlCode
                                       "ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff"  // FileId
                                       "70 00 00 00"                                      // InputOffset
                                       "00 00 00 00"                                      // InputCount
                                       "70 00 00 00"                                      // OutputOffset
                                       "18 00 00 00"                                      // OutputCount
                                       "00 00 00 00"                                      // Flags
                                       "00 00 00 00"                                      // Reserved2
                                       "05 00 00 00"                                      // Capabilities
                                       "10 0f 0e 0d 0c 0b 0a 09 08 07 06 05 04 03 02 01"  // Guid
                                       "03 00"                                            // SecurityMode
                                       "02 03"                                            // Dialect
      );
  EXPECT_EQ(std::get<ValidateNegotiateInfoResponse>(body.output).dialect, Dialect::smb_3_0_2);
}

TEST(IoctlRequest, OfOtherCodesHasBytes) {
  const auto message =
      sample::with_body(request(Command::ioctl),
                        IoctlRequest{.ctl_code = CtlCode::pipe_transceive, .input = wire::Bytes{5, 0, 0}});
  const auto decoded = decode(encode(message));
  EXPECT_THAT(decoded.issues, testing::IsEmpty());
  EXPECT_EQ(std::get<wire::Bytes>(std::get<IoctlRequest>(decoded.message.body).input),
            (wire::Bytes{5, 0, 0}));
}

// InputOffset + InputCount, rounded up to a multiple of 8.
TEST(IoctlResponse, HasItsOutputOnABoundaryBehindTheInput) {
  IoctlResponse body{.ctl_code = CtlCode::pipe_transceive, .input = {1, 2, 3}, .output = wire::Bytes{4, 5}};
  const auto decoded = decode(encode(sample::with_body(response(Command::ioctl), body)));
  EXPECT_THAT(decoded.issues, testing::IsEmpty());
  EXPECT_EQ(std::get<IoctlResponse>(decoded.message.body).output_offset.value, 120u);
  body.output_offset.placed = 115;
  const auto moved = decode(encode(sample::with_body(response(Command::ioctl), body)));
  ASSERT_EQ(moved.issues.size(), 1u);
  EXPECT_EQ(moved.issues[0].rule, wire::Rule::misaligned);
}

TEST(IoctlRequest, HasAPathForEachFieldOfItsInput) {
  Message message = sample::ioctl_request();
  const auto path = wire::Path::parse("InputBuffer.DialectCount");
  EXPECT_TRUE(wire::find(message, *path, [](const wire::Field& f) { EXPECT_TRUE(f.set(std::uint64_t{5})); }));
  const auto decoded = decode(encode(message));
  ASSERT_EQ(decoded.issues.size(), 1u);
  EXPECT_EQ(decoded.issues[0].text(), "Dialects at byte 144: counts 5, 4 are there");
}

TEST(IoctlRequest, WithTooLittleInputKeepsItsBytes) {
  const auto message = sample::with_body(
      request(Command::ioctl),
      IoctlRequest{.ctl_code = CtlCode::validate_negotiate_info, .input = wire::Bytes(23, 1)});
  const auto decoded = decode(encode(message));
  ASSERT_FALSE(decoded.issues.empty());
  EXPECT_EQ(decoded.issues.back().rule, wire::Rule::malformed_payload);
  EXPECT_EQ(std::get<wire::Bytes>(std::get<IoctlRequest>(decoded.message.body).input), wire::Bytes(23, 1));
}

// 3.3.4.4: the limits of a server side copy come in an IOCTL response, other refusals in an ERROR.
TEST(IoctlResponse, OfARefusedCopyHasItsLimits) {
  const auto answer = [](CtlCode code, NtStatus status) {
    Message message = sample::with_body(
        response(Command::ioctl),
        IoctlResponse{.ctl_code = code, .output = sample::bytes("00 01 00 00  00 00 10 00  00 00 00 01")});
    message.header.status = status;
    return decode(encode(message)).message.body;
  };
  for (const CtlCode code : {CtlCode::srv_copychunk, CtlCode::srv_copychunk_write}) {
    const auto body = answer(code, NtStatus::invalid_parameter);
    ASSERT_TRUE(std::holds_alternative<IoctlResponse>(body));
    EXPECT_EQ(std::get<wire::Bytes>(std::get<IoctlResponse>(body).output).size(), 12u);
  }
  EXPECT_TRUE(
      std::holds_alternative<IoctlResponse>(answer(CtlCode::pipe_transceive, NtStatus::buffer_overflow)));
  EXPECT_TRUE(
      std::holds_alternative<ErrorResponse>(answer(CtlCode::pipe_transceive, NtStatus::invalid_parameter)));
}

TEST(IoctlResponse, OfARefusedCopyCanBeAnError) {
  const Message message{.header = {.status = NtStatus::invalid_parameter,
                                   .command = Command::ioctl,
                                   .flags = HeaderFlags::server_to_redir},
                        .body = ErrorResponse{.padding = {0}}};
  const auto decoded = decode(encode(message));
  EXPECT_TRUE(std::holds_alternative<ErrorResponse>(decoded.message.body));
  EXPECT_THAT(decoded.issues, testing::IsEmpty());
}

TEST(Ioctl, IsRewrittenIdenticallyAfterAnyChange) {
  sample::expect_rewritten_after_any_change(sample::ioctl_request());
  sample::expect_rewritten_after_any_change(sample::ioctl_response());
}

}  // namespace
}  // namespace smb2
