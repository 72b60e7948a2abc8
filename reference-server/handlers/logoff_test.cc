#include "reference-server/handlers/logoff.h"

#include "reference-server/model/session_client.h"

namespace reference {
namespace {

using smb2::Command;
using smb2::Dialect;
using smb2::NtStatus;

class Logoff : public testing::Test {
 protected:
  Server server{session_settings(), 1, wall_clock};
  SessionClient client{server, Dialect::smb_3_1_1};
  ClientSession session = client.log_in(alice);
};

TEST_F(Logoff, AnswersWithTheKeyOfTheSessionThatItEnds) {
  const Seen answer = client.with_signature(session, smb2::request(Command::logoff));
  EXPECT_EQ(answer.status(), NtStatus::success);
  EXPECT_TRUE(client.is_signed_with(answer, session.signing_key));
  EXPECT_FALSE(answer.closed);
}

TEST_F(Logoff, LeavesNothingThatACommandCouldUse) {
  const ClientSession other = client.log_in(bob);
  client.with_signature(session, smb2::request(Command::logoff));
  for (std::uint16_t code = 1; code <= 0x12; ++code) {
    const Command command{code};
    if (command == Command::cancel) continue;
    smb2::Message request = smb2::request(command);
    if (std::holds_alternative<wire::Bytes>(request.body)) request.body = wire::Bytes(64);
    EXPECT_EQ(client.with_signature(session, request).status(), NtStatus::user_session_deleted) << code;
    EXPECT_EQ(client.plain(SessionClient::in(session, request)).status(), NtStatus::user_session_deleted)
        << code;
  }
  EXPECT_EQ(client.with_signature(other, smb2::request(Command::logoff)).status(), NtStatus::success);
}

TEST_F(Logoff, LeavesTheConnectionForAnotherSession) {
  client.with_signature(session, smb2::request(Command::logoff));
  EXPECT_EQ(client.log_in(alice).status, NtStatus::success);
}

TEST_F(Logoff, WantsABodyOfItsSize) {
  smb2::LogoffRequest body;
  body.structure_size = wire::Derived<std::uint16_t>::force(5);
  EXPECT_EQ(client.with_signature(session, {.header = {.command = Command::logoff}, .body = body}).status(),
            NtStatus::invalid_parameter);
  body = {};
  body.reserved = 7;
  EXPECT_EQ(client.with_signature(session, {.header = {.command = Command::logoff}, .body = body}).status(),
            NtStatus::success);
}

}  // namespace
}  // namespace reference
