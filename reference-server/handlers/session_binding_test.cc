#include "reference-server/handlers/session_setup.h"
#include "reference-server/model/session_client.h"

namespace reference {
namespace {

using smb2::Command;
using smb2::Dialect;
using smb2::NtStatus;

const smb2::Message echo_request = smb2::request(Command::echo);
const smb2::Message tree_request = SessionClient::tree_connect_request("data");

Server make_server(Settings settings = session_settings()) {
  return Server(std::move(settings), 1, wall_clock);
}

// Bindings, 3.3.5.5

class Binding : public testing::TestWithParam<Dialect> {
 protected:
  Server server = make_server();
  SessionClient first{server, GetParam()};
  SessionClient second{server, GetParam()};
  ClientSession session = first.log_in(alice);
};
INSTANTIATE_TEST_SUITE_P(Sessions, Binding,
                         testing::Values(Dialect::smb_3_0, Dialect::smb_3_0_2, Dialect::smb_3_1_1),
                         [](const auto& info) {
                           return std::string("d") + std::to_string(static_cast<int>(info.param));
                         });

TEST_P(Binding, GivesASessionAnotherChannelWithAKeyOfItsOwn) {
  const std::uint32_t tree = first.connect_tree(session, "data");
  const ClientSession channel = second.log_in(alice, {.binds = &session});
  ASSERT_EQ(channel.status, NtStatus::success);
  EXPECT_EQ(channel.id, session.id);
  EXPECT_NE(channel.signing_key, session.signing_key);
  EXPECT_TRUE(second.is_signed_with(channel.last_bytes, channel.signing_key));
  EXPECT_EQ(second.with_signature(session, echo_request).status(), NtStatus::access_denied)
      << "the other's key";
  EXPECT_EQ(second.sealed(session, echo_request).status(), NtStatus::success) << "one key for both";
  EXPECT_EQ(second.with_signature(channel, smb2::request(Command::tree_disconnect), tree).status(),
            NtStatus::success);
  EXPECT_EQ(first.with_signature(session, echo_request).status(), NtStatus::success);
}

TEST_P(Binding, SignsLegsUnderWayWithTheSessionsKey) {
  smb2::SessionSetupRequest body{.flags = smb2::SessionSetupFlags::binding};
  wire::Bytes request = second.numbered(
      SessionClient::in(session, {.header = {.command = Command::session_setup}, .body = body}));
  second.sign(request, session.signing_key);
  const Seen answer = second.send(request);
  EXPECT_EQ(answer.status(), NtStatus::more_processing_required);
  EXPECT_TRUE(second.is_signed_with(answer, session.signing_key));
}

TEST_P(Binding, IsRefusedAsTheListHasIt) {
  EXPECT_EQ(second.log_in(alice, {.binds = &session, .is_signed = false}).status,
            NtStatus::invalid_parameter);
  EXPECT_EQ(first.log_in(alice, {.binds = &session}).status, NtStatus::request_not_accepted);
  SessionClient stranger(server, GetParam(), {.client_guid = {9}});
  EXPECT_EQ(stranger.log_in(alice, {.binds = &session}).status, NtStatus::user_session_deleted);
  const Dialect other = GetParam() == Dialect::smb_3_0 ? Dialect::smb_3_0_2 : Dialect::smb_3_0;
  SessionClient foreign(server, other);
  EXPECT_EQ(foreign.log_in(alice, {.binds = &session}).status, NtStatus::invalid_parameter);
  SessionClient old(server, Dialect::smb_2_1);
  EXPECT_EQ(old.log_in(alice, {.binds = &session}).status, NtStatus::request_not_accepted);

  ClientSession unknown = session;
  unknown.id += 100;
  EXPECT_EQ(second.log_in(alice, {.binds = &unknown}).status, NtStatus::user_session_deleted);
  ClientSession wrong_key = session;
  wrong_key.keys.signing[0] ^= 1;
  EXPECT_EQ(second.log_in(alice, {.binds = &wrong_key}).status, NtStatus::access_denied);
  ClientSession nameless = first.log_in(anonymous);
  EXPECT_EQ(second.log_in(alice, {.binds = &nameless}).status, NtStatus::not_supported);
  EXPECT_EQ(first.with_signature(session, echo_request).status(), NtStatus::success);
}

TEST_P(Binding, ThatFailsLeavesTheSessionAndStartsAfresh) {
  EXPECT_EQ(second.log_in(bob, {.binds = &session}).status, NtStatus::not_supported);
  EXPECT_EQ(second.log_in({.user = "alice", .password = "no"}, {.binds = &session}).status,
            NtStatus::logon_failure);
  EXPECT_EQ(first.with_signature(session, echo_request).status(), NtStatus::success);
  EXPECT_EQ(second.log_in(alice, {.binds = &session}).status, NtStatus::success);
}

TEST_P(Binding, NeedsAServerWithMultichannel) {
  Settings settings = session_settings();
  settings.capabilities = settings.capabilities & ~smb2::Capabilities::multi_channel;
  Server single = make_server(settings);
  SessionClient a(single, GetParam());
  SessionClient b(single, GetParam());
  ClientSession mine = a.log_in(alice);
  EXPECT_EQ(b.log_in(alice, {.binds = &mine}).status, NtStatus::request_not_accepted);
}

TEST_P(Binding, EndsForAllChannelsWithLogoffAndFailedReauthentication) {
  for (const bool logs_off : {true, false}) {
    Server fresh = make_server();
    SessionClient a(fresh, GetParam());
    SessionClient b(fresh, GetParam());
    ClientSession mine = a.log_in(alice);
    const ClientSession channel = b.log_in(alice, {.binds = &mine});
    if (logs_off) {
      EXPECT_EQ(a.with_signature(mine, smb2::request(Command::logoff)).status(), NtStatus::success);
    } else {
      a.log_in({.user = "alice", .password = "no"}, {.reauthenticates = &mine});
    }
    EXPECT_EQ(b.with_signature(channel, tree_request).status(), NtStatus::user_session_deleted);
    EXPECT_EQ(b.log_in(alice, {.binds = &mine}).status, NtStatus::user_session_deleted);
  }
}

TEST_P(Binding, SurvivesTheLossOfTheFirstConnection) {
  const ClientSession channel = second.log_in(alice, {.binds = &session});
  server.closed(first.connection);
  EXPECT_EQ(second.with_signature(channel, tree_request).status(), NtStatus::success);
  SessionClient third(server, GetParam());
  EXPECT_EQ(third.log_in(alice, {.binds = &session}).status, NtStatus::success);
  server.closed(second.connection);
  server.closed(third.connection);
  SessionClient fourth(server, GetParam());
  EXPECT_EQ(fourth.log_in(alice, {.binds = &session}).status, NtStatus::user_session_deleted);
}

}  // namespace
}  // namespace reference
