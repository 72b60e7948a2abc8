#include "reference-server/handlers/session_setup.h"

#include "reference-server/model/session_client.h"

namespace reference {
namespace {

using namespace std::chrono_literals;
using smb2::Command;
using smb2::Dialect;
using smb2::NtStatus;
using smb2::SessionFlags;

const smb2::Message echo_request = smb2::request(Command::echo);
const smb2::Message tree_request = SessionClient::tree_connect_request("data");

Server make_server(Settings settings = session_settings()) {
  return Server(std::move(settings), 1, wall_clock);
}

class EveryDialect : public testing::TestWithParam<Dialect> {
 protected:
  Server server = make_server();
};
INSTANTIATE_TEST_SUITE_P(Sessions, EveryDialect, testing::ValuesIn(smb2::all_dialects), [](const auto& info) {
  return std::string("d") + std::to_string(static_cast<int>(info.param));
});

TEST_P(EveryDialect, LetsAUserInAndSignsTheLastResponse) {
  SessionClient client(server, GetParam());
  const ClientSession session = client.log_in(alice);
  ASSERT_EQ(session.status, NtStatus::success);
  EXPECT_NE(session.id, 0u);
  EXPECT_EQ(session.flags, SessionFlags::none);
  EXPECT_TRUE(client.is_signed_with(session.last_bytes, session.signing_key));
}

TEST_P(EveryDialect, NamesTheSessionInEveryLeg) {
  SessionClient client(server, GetParam());
  security::SpnegoInitiator initiator(alice);
  smb2::SessionSetupRequest body;  // an empty token asks for the mechanisms
  const auto first = client.plain({.header = {.command = Command::session_setup}, .body = body}).message();
  EXPECT_EQ(first.header.status, NtStatus::more_processing_required);
  EXPECT_NE(first.header.session_id, 0u);
  EXPECT_FALSE(std::get<smb2::SessionSetupResponse>(first.body).buffer.empty());
}

TEST_P(EveryDialect, SignsWhatWasSignedAndOnlyThat) {
  SessionClient client(server, GetParam());
  const ClientSession session = client.log_in(alice);
  EXPECT_TRUE(client.is_signed_with(client.with_signature(session, echo_request), session.signing_key));
  const Seen plain = client.plain(SessionClient::in(session, echo_request));
  EXPECT_EQ(plain.status(), NtStatus::success);
  EXPECT_FALSE(smb2::has(plain.message().header.flags, smb2::HeaderFlags::signed_message));
}

TEST_P(EveryDialect, RefusesAWrongSignature) {
  SessionClient client(server, GetParam());
  const ClientSession session = client.log_in(alice);
  wire::Bytes request = client.numbered(SessionClient::in(session, smb2::request(Command::logoff)));
  client.sign(request, session.signing_key);
  request[50] ^= 1;
  EXPECT_EQ(client.send(request).status(), NtStatus::access_denied);
  EXPECT_EQ(client.with_signature(session, echo_request).status(), NtStatus::success) << "not logged off";
}

TEST_P(EveryDialect, RefusesAWrongPasswordAndForgetsTheSession) {
  SessionClient client(server, GetParam());
  const ClientSession session = client.log_in({.user = "alice", .password = "wrong"});
  EXPECT_EQ(session.status, NtStatus::logon_failure);
  EXPECT_EQ(client.plain(SessionClient::in(session, smb2::request(Command::logoff))).status(),
            NtStatus::user_session_deleted);
  EXPECT_EQ(client.log_in(nobody).status, NtStatus::logon_failure);
  EXPECT_EQ(client.log_in(bob).status, NtStatus::success) << "whatever the case of the name";
}

TEST_P(EveryDialect, KeepsSessionsOfAConnectionApart) {
  SessionClient client(server, GetParam());
  const ClientSession first = client.log_in(alice);
  const ClientSession second = client.log_in(bob);
  EXPECT_NE(first.id, second.id);
  EXPECT_EQ(client.with_signature(first, smb2::request(Command::logoff)).status(), NtStatus::success);
  EXPECT_EQ(client.with_signature(second, echo_request).status(), NtStatus::success);
  const ClientSession foreign{.id = second.id, .signing_key = first.signing_key};
  EXPECT_EQ(client.with_signature(foreign, echo_request).status(), NtStatus::access_denied);
}

TEST_P(EveryDialect, KeepsKeysAndTreesWhenItAuthenticatesAgain) {
  SessionClient client(server, GetParam());
  ClientSession session = client.log_in(alice);
  const std::uint32_t tree = client.connect_tree(session, "data");
  const ClientSession again = client.log_in(alice, {.reauthenticates = &session});
  ASSERT_EQ(again.status, NtStatus::success);
  EXPECT_EQ(again.id, session.id);
  EXPECT_TRUE(client.is_signed_with(again.last_bytes, session.signing_key));
  EXPECT_EQ(client.with_signature(session, smb2::request(Command::tree_disconnect), tree).status(),
            NtStatus::success);
}

TEST_P(EveryDialect, EndsASessionThatFailsToAuthenticateAgain) {
  SessionClient client(server, GetParam());
  ClientSession session = client.log_in(alice);
  const ClientSession again =
      client.log_in({.user = "alice", .password = "no"}, {.reauthenticates = &session});
  EXPECT_EQ(again.status, NtStatus::logon_failure);
  EXPECT_TRUE(client.is_signed_with(again.last_bytes, session.keys.signing))
      << "with the key that has just gone";
  EXPECT_EQ(client.plain(SessionClient::in(session, tree_request)).status(), NtStatus::user_session_deleted);
}

TEST_P(EveryDialect, RequiresSigningWhenEitherSideDoes) {
  const auto refuses_plain = [&](Settings settings, ClientOptions options, LoginOptions login) {
    Server strict = make_server(std::move(settings));
    SessionClient client(strict, GetParam(), options);
    const ClientSession session = client.log_in(alice, login);
    const Seen answer = client.plain(SessionClient::in(session, smb2::request(Command::logoff)));
    EXPECT_EQ(client.with_signature(session, echo_request).status(),
              answer.status() == NtStatus::success ? NtStatus::user_session_deleted : NtStatus::success);
    return answer.status() == NtStatus::access_denied;
  };
  Settings required = session_settings();
  required.require_signing = true;
  EXPECT_TRUE(refuses_plain(required, {}, {}));
  EXPECT_TRUE(refuses_plain(session_settings(), {.security_mode = smb2::SecurityMode::signing_required}, {}));
  EXPECT_TRUE(
      refuses_plain(session_settings(), {}, {.security_mode = smb2::SessionSecurityMode::signing_required}));
}

TEST_P(EveryDialect, MapsUnknownUsersToGuestsWhereItIsTold) {
  Settings settings = session_settings();
  settings.guests = true;
  settings.require_signing = true;
  Server friendly = make_server(settings);
  SessionClient client(friendly, GetParam());
  const ClientSession session = client.log_in(nobody);
  ASSERT_EQ(session.status, NtStatus::success);
  EXPECT_EQ(session.flags, SessionFlags::is_guest);
  EXPECT_FALSE(smb2::has(session.last.header.flags, smb2::HeaderFlags::signed_message));
  EXPECT_EQ(client.plain(SessionClient::in(session, tree_request)).status(), NtStatus::success)
      << "guests need not sign";
  EXPECT_EQ(client.log_in({.user = "alice", .password = "wrong"}).status, NtStatus::logon_failure);
}

TEST_P(EveryDialect, LetsAnonymousIn) {
  SessionClient client(server, GetParam());
  const ClientSession session = client.log_in(anonymous);
  ASSERT_EQ(session.status, NtStatus::success);
  EXPECT_EQ(session.flags, SessionFlags::is_null);
  EXPECT_EQ(client.plain(SessionClient::in(session, SessionClient::tree_connect_request("IPC$"))).status(),
            NtStatus::success);
  EXPECT_EQ(client.plain(SessionClient::in(session, tree_request)).status(), NtStatus::access_denied);
  EXPECT_EQ(client.with_signature(session, echo_request).status(), NtStatus::success) << "it has a key";
}

TEST_P(EveryDialect, HasNoUseForASessionUnderWay) {
  SessionClient client(server, GetParam());
  const auto challenge =
      client.plain({.header = {.command = Command::session_setup}, .body = smb2::SessionSetupRequest{}})
          .message();
  ClientSession half{.id = challenge.header.session_id, .signing_key = wire::Bytes(16)};
  EXPECT_EQ(client.plain(SessionClient::in(half, tree_request)).status(), NtStatus::request_not_accepted);
  EXPECT_EQ(client.with_signature(half, tree_request).status(), NtStatus::not_supported) << "no key yet";
  EXPECT_EQ(client.plain(SessionClient::in(half, smb2::request(Command::logoff))).status(),
            NtStatus::success);
}

TEST_P(EveryDialect, EndsThePreviousSessionOfTheSameUserOnly) {
  SessionClient old(server, GetParam());
  const ClientSession first = old.log_in(alice);
  SessionClient renewed(server, GetParam());
  const auto is_alive = [&] { return old.with_signature(first, echo_request).status() == NtStatus::success; };
  EXPECT_EQ(renewed.log_in(bob, {.previous_session_id = first.id}).status, NtStatus::success);
  EXPECT_TRUE(is_alive()) << "another user's";
  renewed.log_in({.user = "alice", .password = "no"}, {.previous_session_id = first.id});
  EXPECT_TRUE(is_alive()) << "authentication failed";
  EXPECT_EQ(renewed.log_in(alice, {.previous_session_id = 999}).status, NtStatus::success);
  EXPECT_EQ(renewed.log_in(alice, {.previous_session_id = first.id}).status, NtStatus::success);
  EXPECT_EQ(old.with_signature(first, tree_request).status(), NtStatus::user_session_deleted);
}

TEST_P(EveryDialect, IgnoresThatASessionIsItsOwnPrevious) {
  SessionClient client(server, GetParam());
  ClientSession session = client.log_in(alice);
  client.log_in(alice, {.reauthenticates = &session, .previous_session_id = session.id});
  EXPECT_EQ(client.with_signature(session, echo_request).status(), NtStatus::success);
}

TEST_P(EveryDialect, ExpiresSessionsAndRenewsThem) {
  Settings settings = session_settings();
  settings.session_lifetime = 100s;
  Server mortal = make_server(settings);
  SessionClient client(mortal, GetParam());
  ClientSession session = client.log_in(alice);
  const std::uint32_t tree = client.connect_tree(session, "data");
  mortal.advance(99s);
  EXPECT_EQ(client.with_signature(session, tree_request).status(), NtStatus::success);
  mortal.advance(100s);
  const Seen refused = client.with_signature(session, tree_request);
  EXPECT_EQ(refused.status(), NtStatus::network_session_expired);
  EXPECT_TRUE(client.is_signed_with(refused, session.signing_key));
  EXPECT_EQ(client.log_in(alice, {.reauthenticates = &session}).status, NtStatus::success);
  EXPECT_EQ(client.with_signature(session, smb2::request(Command::tree_disconnect), tree).status(),
            NtStatus::success);
  mortal.advance(200s);
  EXPECT_EQ(client.with_signature(session, smb2::request(Command::logoff)).status(), NtStatus::success);
}

TEST(SessionSetup, RefusesTokensThatAreNone) {
  Server server = make_server();
  SessionClient client(server, Dialect::smb_3_1_1);
  const auto answer = client.plain({.header = {.command = Command::session_setup},
                                    .body = smb2::SessionSetupRequest{.buffer = {1, 2, 3}}});
  EXPECT_EQ(answer.status(), NtStatus::sec_e_invalid_token);
}

TEST(SessionSetup, KnowsNoForeignSession) {
  Server server = make_server();
  SessionClient first(server, Dialect::smb_2_1);
  SessionClient second(server, Dialect::smb_2_1);
  ClientSession session = first.log_in(alice);
  EXPECT_EQ(second.log_in(alice, {.reauthenticates = &session}).status, NtStatus::user_session_deleted);
  session.id = 0x1234;
  EXPECT_EQ(second.log_in(alice, {.reauthenticates = &session, .is_signed = false}).status,
            NtStatus::user_session_deleted);
}

TEST(SessionSetup, WantsTheTokenInsideTheMessage) {
  Server server = make_server();
  SessionClient client(server, Dialect::smb_2_1);
  const auto refused = [&](auto change) {
    smb2::SessionSetupRequest body{.buffer = wire::Bytes(8)};
    change(body);
    return client.plain({.header = {.command = Command::session_setup}, .body = body}).status() ==
           NtStatus::invalid_parameter;
  };
  using wire::Derived;
  EXPECT_TRUE(refused([](auto& b) { b.structure_size = Derived<std::uint16_t>::force(24); }));
  EXPECT_TRUE(refused([](auto& b) { b.security_buffer_length = Derived<std::uint16_t>::force(9); }));
  EXPECT_TRUE(refused([](auto& b) {
    b.security_buffer_offset.value = 60000;
    b.security_buffer_offset.forced = true;
  }));
  EXPECT_FALSE(refused([](auto& b) { b.channel = 77; }));
}

TEST(SessionSetup, HoldsAClientGuidToOneDialect) {
  Server server = make_server();
  SessionClient first(server, Dialect::smb_3_0);
  EXPECT_EQ(first.log_in(alice).status, NtStatus::success);
  SessionClient second(server, Dialect::smb_3_1_1);
  EXPECT_EQ(second.log_in(alice).status, NtStatus::user_session_deleted);
  SessionClient oldest(server, Dialect::smb_2_0_2);
  EXPECT_EQ(oldest.log_in(alice).status, NtStatus::success);
  SessionClient other(server, Dialect::smb_3_1_1, {.client_guid = {2}});
  EXPECT_EQ(other.log_in(alice).status, NtStatus::success);
  server.closed(first.connection);
  server.closed(second.connection);
  SessionClient later(server, Dialect::smb_3_1_1);
  EXPECT_EQ(later.log_in(alice).status, NtStatus::success);
}

TEST(SessionSetup, AnonymousGetsNowhereWhereItIsNotAllowed) {
  Settings settings = session_settings();
  settings.allow_anonymous_access = false;
  Server server = make_server(settings);
  SessionClient client(server, Dialect::smb_3_1_1);
  const ClientSession session = client.log_in(anonymous);
  EXPECT_EQ(session.status, NtStatus::success);
  SessionClient mixed(server, Dialect::smb_3_1_1);
  const ClientSession null = mixed.log_in(anonymous);
  mixed.log_in(alice);
  EXPECT_EQ(mixed.plain(SessionClient::in(null, SessionClient::tree_connect_request("IPC$"))).status(),
            NtStatus::access_denied);
  EXPECT_TRUE(
      client.plain(SessionClient::in(session, SessionClient::tree_connect_request("IPC$"))).only_closed());
}

}  // namespace
}  // namespace reference
