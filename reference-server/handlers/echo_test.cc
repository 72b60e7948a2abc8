#include "reference-server/handlers/echo.h"

#include "reference-server/model/session_client.h"

namespace reference {
namespace {

using smb2::Command;
using smb2::Dialect;
using smb2::NtStatus;

const smb2::Message echo_request = smb2::request(Command::echo);

class Echo : public testing::Test {
 protected:
  Server server{session_settings(), 1, wall_clock};
  SessionClient client{server, Dialect::smb_3_1_1};
};

TEST_F(Echo, DisconnectsWithoutASession) { EXPECT_TRUE(client.plain(echo_request).only_closed()); }

TEST_F(Echo, NeedsNoSessionOfItsOwn) {
  client.log_in(alice);
  EXPECT_EQ(client.plain(echo_request).status(), NtStatus::success);
}

TEST_F(Echo, VerifiesTheSessionItNames) {
  const ClientSession session = client.log_in(alice);
  EXPECT_EQ(client.with_signature(session, echo_request).status(), NtStatus::success);
  const ClientSession unknown{.id = session.id + 5, .signing_key = session.signing_key};
  EXPECT_EQ(client.plain(SessionClient::in(unknown, echo_request)).status(), NtStatus::user_session_deleted);
  EXPECT_EQ(client.with_signature(unknown, echo_request).status(), NtStatus::user_session_deleted);
}

TEST_F(Echo, LooksAtNoTreeConnect) {
  const ClientSession session = client.log_in(alice);
  EXPECT_EQ(client.with_signature(session, echo_request, 4711).status(), NtStatus::success);
}

}  // namespace
}  // namespace reference
