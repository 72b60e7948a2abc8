#include "harness/smb2/session_setup.h"

#include <gmock/gmock.h>

#include "harness/smb2/sample_messages.h"

namespace smb2 {
namespace {

TEST(SessionSetupRequest, WithAToken) {
  const auto body = sample::read_body<SessionSetupRequest>(sample::session_setup_request(),
                                                           "19 00"                    // StructureSize
                                                           "01"                       // Flags
                                                           "02"                       // SecurityMode
                                                           "01 00 00 00"              // Capabilities
                                                           "00 00 00 00"              // Channel
                                                           "58 00"                    // SecurityBufferOffset
                                                           "03 00"                    // SecurityBufferLength
                                                           "08 07 06 05 04 03 02 01"  // PreviousSessionId
                                                           "60 01 02"                 // Buffer
  );
  EXPECT_EQ(body.flags, SessionSetupFlags::binding);
  EXPECT_EQ(body.security_mode, SessionSecurityMode::signing_required);
  EXPECT_EQ(body.previous_session_id, 0x0102030405060708u);
  EXPECT_EQ(body.buffer, sample::bytes("60 01 02"));
}

TEST(SessionSetupResponse, ThatWantsMore) {
  const auto body = sample::read_body<SessionSetupResponse>(sample::session_setup_response(),
                                                            "09 00"     // StructureSize
                                                            "05 00"     // SessionFlags
                                                            "48 00"     // SecurityBufferOffset
                                                            "03 00"     // SecurityBufferLength
                                                            "a1 01 02"  // Buffer
  );
  EXPECT_EQ(body.session_flags, SessionFlags::is_guest | SessionFlags::encrypt_data);
  EXPECT_EQ(body.buffer, sample::bytes("a1 01 02"));
}

TEST(SessionSetupResponse, IsAnErrorForOtherFailures) {
  Message message = sample::session_setup_response();
  message.header.status = NtStatus::logon_failure;
  const auto decoded = decode(encode(message));
  EXPECT_TRUE(std::holds_alternative<ErrorResponse>(decoded.message.body));
}

TEST(SessionSetupRequest, WithABufferOutsideIsReported) {
  Message message = sample::session_setup_request();
  std::get<SessionSetupRequest>(message.body).security_buffer_length =
      wire::Derived<std::uint16_t>::force(0xffff);
  const auto decoded = decode(encode(message));
  ASSERT_EQ(decoded.issues.size(), 1u);
  EXPECT_EQ(decoded.issues[0].rule, wire::Rule::outside);
  EXPECT_EQ(std::get<SessionSetupRequest>(decoded.message.body).buffer, sample::bytes("60 01 02"));
}

TEST(SessionSetup, IsRewrittenIdenticallyAfterAnyChange) {
  sample::expect_rewritten_after_any_change(sample::session_setup_request());
  sample::expect_rewritten_after_any_change(sample::session_setup_response());
}

}  // namespace
}  // namespace smb2
