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

// Encryption

struct Suite {
  Dialect dialect;
  smb2::Cipher cipher;
};
class Encryption : public testing::TestWithParam<Suite> {
 protected:
  ClientOptions options{.cipher = GetParam().cipher};
};
INSTANTIATE_TEST_SUITE_P(Sessions, Encryption,
                         testing::Values(Suite{Dialect::smb_3_0, smb2::Cipher::aes_128_ccm},
                                         Suite{Dialect::smb_3_0_2, smb2::Cipher::aes_128_ccm},
                                         Suite{Dialect::smb_3_1_1, smb2::Cipher::aes_128_ccm},
                                         Suite{Dialect::smb_3_1_1, smb2::Cipher::aes_128_gcm},
                                         Suite{Dialect::smb_3_1_1, smb2::Cipher::aes_256_ccm},
                                         Suite{Dialect::smb_3_1_1, smb2::Cipher::aes_256_gcm}),
                         [](const auto& info) { return "n" + std::to_string(info.index); });

TEST_P(Encryption, AnswersSealedWhatCameSealed) {
  Server server = make_server();
  SessionClient client(server, GetParam().dialect, options);
  ClientSession session = client.log_in(alice);
  EXPECT_EQ(session.flags, SessionFlags::none);
  EXPECT_EQ(client.sealed(session, echo_request).status(), NtStatus::success);
  const auto error = client.sealed(session, SessionClient::tree_connect_request("none")).message().header;
  EXPECT_EQ(error.status, NtStatus::bad_network_name);
  EXPECT_EQ(error.flags, smb2::HeaderFlags::server_to_redir);
  EXPECT_EQ(error.signature, smb2::Header{}.signature);
  EXPECT_EQ(client.log_in(alice, {.reauthenticates = &session, .is_sealed = true}).status, NtStatus::success);
  EXPECT_EQ(client.sealed(session, smb2::request(Command::logoff)).status(), NtStatus::success);
  EXPECT_TRUE(client.send(client.seal(session, client.numbered(SessionClient::in(session, echo_request))))
                  .only_closed());
}

TEST_P(Encryption, IsDemandedOfTheWholeServer) {
  Settings settings = session_settings();
  settings.encrypt_data = true;
  Server server = make_server(settings);
  SessionClient client(server, GetParam().dialect, options);
  ClientSession session = client.log_in(alice);
  ASSERT_EQ(session.status, NtStatus::success);
  EXPECT_EQ(session.flags, SessionFlags::encrypt_data);
  EXPECT_TRUE(client.is_signed_with(session.last_bytes, session.signing_key));
  EXPECT_EQ(client.sealed(session, tree_request).status(), NtStatus::success);
  const Seen plain = client.with_signature(session, tree_request);
  EXPECT_EQ(client.opened(session, plain).status(), NtStatus::access_denied);
}

TEST_P(Encryption, IsDemandedOfAShare) {
  Server server = make_server();
  SessionClient client(server, GetParam().dialect, options);
  const ClientSession session = client.log_in(alice);
  const auto connected =
      client.with_signature(session, SessionClient::tree_connect_request("secret")).message();
  ASSERT_EQ(connected.header.status, NtStatus::success);
  EXPECT_EQ(std::get<smb2::TreeConnectResponse>(connected.body).share_flags, smb2::ShareFlags::encrypt_data);
  const std::uint32_t tree = connected.header.tree_id;
  const Seen plain = client.with_signature(session, smb2::request(Command::tree_disconnect), tree);
  EXPECT_EQ(client.opened(session, plain).status(), NtStatus::access_denied);
  EXPECT_EQ(client.sealed(session, smb2::request(Command::tree_disconnect), tree).status(),
            NtStatus::success);
}

TEST_P(Encryption, NeverRepeatsANonce) {
  Server server = make_server();
  SessionClient client(server, GetParam().dialect, options);
  const ClientSession session = client.log_in(alice);
  std::set<std::array<std::uint8_t, 16>> nonces;
  for (int i = 0; i < 50; ++i) {
    const Seen answer =
        client.send(client.seal(session, client.numbered(SessionClient::in(session, echo_request))));
    ASSERT_EQ(answer.messages.size(), 1u);
    const auto header = wire::decode<smb2::TransformHeader>(answer.messages.front()).message;
    EXPECT_TRUE(nonces.insert(header.nonce).second);
    EXPECT_EQ(header.original_message_size.value, header.encrypted_message.size());
  }
}

TEST_P(Encryption, DisconnectsOnEveryChangedBit) {
  Server server = make_server();
  SessionClient client(server, GetParam().dialect, options);
  const ClientSession session = client.log_in(alice);
  const wire::Bytes sealed = client.seal(session, client.numbered(SessionClient::in(session, echo_request)));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Server copy = server;
    wire::Bytes bent = sealed;
    bent[i] ^= 0x10;
    EXPECT_TRUE(seen(copy.receive(client.connection, smb2::frame(bent))).only_closed()) << i;
  }
  for (std::size_t size = 4; size < sealed.size(); ++size) {
    Server copy = server;
    EXPECT_TRUE(
        seen(copy.receive(client.connection, smb2::frame(wire::View(sealed).first(size)))).only_closed());
  }
}

TEST_P(Encryption, DisconnectsOnWhatMustNotBeInside) {
  Server server = make_server();
  SessionClient client(server, GetParam().dialect, options);
  const ClientSession session = client.log_in(alice);
  const auto disconnects = [&](wire::View inside, auto change) {
    Server copy = server;
    const wire::Bytes sealed = client.seal(session, inside, change);
    return seen(copy.receive(client.connection, smb2::frame(sealed))).only_closed();
  };
  const auto as_it_is = [](smb2::TransformHeader&) {};
  const wire::Bytes good = client.numbered(SessionClient::in(session, echo_request));
  EXPECT_FALSE(disconnects(good, as_it_is));
  EXPECT_FALSE(disconnects(good, [](auto& h) { h.reserved = 7; }));
  EXPECT_TRUE(disconnects(good, [](auto& h) { h.flags = smb2::TransformFlags{2}; }));
  EXPECT_TRUE(disconnects(wire::View(good).first(63), as_it_is));
  EXPECT_TRUE(disconnects(client.seal(session, good), as_it_is)) << "a seal in a seal";
  wire::Bytes related = good;
  related[16] = 4;
  EXPECT_TRUE(disconnects(related, as_it_is));
  wire::Bytes foreign = good;
  foreign[40] ^= 1;
  EXPECT_TRUE(disconnects(foreign, as_it_is)) << "another SessionId";
}

TEST_P(Encryption, SealsACompoundAsOne) {
  Server server = make_server();
  SessionClient client(server, GetParam().dialect, options);
  const ClientSession session = client.log_in(alice);
  smb2::Message second = smb2::request(Command::tree_disconnect);
  second.header.flags = smb2::HeaderFlags::related_operations;
  const wire::Bytes both = smb2::join(smb2::chain({client.numbered(SessionClient::in(session, tree_request)),
                                                   client.numbered(SessionClient::in(session, second))}));
  const Seen answer = client.opened(session, client.send(client.seal(session, both)));
  ASSERT_EQ(answer.messages.size(), 1u);
  const auto elements = smb2::split(answer.messages.front());
  ASSERT_EQ(elements.size(), 2u);
  for (const auto& element : elements) {
    EXPECT_EQ(smb2::decode(element.bytes).message.header.status, NtStatus::success);
  }
}

TEST(EncryptionPolicy, ShutsOutThoseWhoCannot) {
  Settings settings = session_settings();
  settings.encrypt_data = true;
  Server server = make_server(settings);
  EXPECT_EQ(SessionClient(server, Dialect::smb_2_1).log_in(alice).status, NtStatus::access_denied);
  SessionClient plain(server, Dialect::smb_3_0, {.capabilities = smb2::Capabilities::dfs});
  EXPECT_EQ(plain.log_in(alice).status, NtStatus::access_denied);
  settings.reject_unencrypted_access = false;
  Server lenient = make_server(settings);
  SessionClient old(lenient, Dialect::smb_2_1);
  const ClientSession session = old.log_in(alice);
  EXPECT_EQ(session.status, NtStatus::success);
  EXPECT_EQ(old.plain(SessionClient::in(session, tree_request)).status(), NtStatus::access_denied)
      << "signing stands in for it";
  EXPECT_EQ(old.with_signature(session, tree_request).status(), NtStatus::success);
}

TEST(EncryptionPolicy, KeepsOldClientsFromShares) {
  Server server = make_server();
  SessionClient old(server, Dialect::smb_2_1);
  const ClientSession session = old.log_in(alice);
  EXPECT_EQ(old.with_signature(session, SessionClient::tree_connect_request("secret")).status(),
            NtStatus::access_denied);
}

TEST(EncryptionPolicy, NeedsAnOrdinaryUser) {
  Settings settings = session_settings();
  settings.guests = true;
  Server server = make_server(settings);
  for (const auto& who : {anonymous, nobody}) {
    SessionClient client(server, Dialect::smb_3_1_1);
    client.log_in(alice);
    const ClientSession session = client.log_in(who);
    ASSERT_EQ(session.status, NtStatus::success);
    EXPECT_TRUE(client.send(client.seal(session, client.numbered(SessionClient::in(session, echo_request))))
                    .only_closed());
  }
}

TEST(SigningAlgorithms, AreAllSpoken) {
  for (const auto algorithm : {smb2::SigningAlgorithm::hmac_sha256, smb2::SigningAlgorithm::aes_cmac,
                               smb2::SigningAlgorithm::aes_gmac}) {
    Server server = make_server();
    SessionClient client(server, Dialect::smb_3_1_1, {.signing = algorithm});
    const ClientSession session = client.log_in(alice);
    EXPECT_TRUE(client.is_signed_with(session.last_bytes, session.signing_key));
    EXPECT_TRUE(client.is_signed_with(client.with_signature(session, echo_request), session.signing_key));
  }
}

// Floods and losses

TEST(HalfOpenSessions, AreBoundedOnAConnection) {
  Settings settings = session_settings();
  settings.max_authentications = 3;
  Server server = make_server(settings);
  SessionClient flooder(server, Dialect::smb_3_1_1);
  const smb2::Message setup{.header = {.command = Command::session_setup},
                            .body = smb2::SessionSetupRequest{}};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(flooder.plain(setup).status(), NtStatus::more_processing_required);
  EXPECT_EQ(flooder.plain(setup).status(), NtStatus::insufficient_resources);
  SessionClient other(server, Dialect::smb_3_1_1);
  EXPECT_EQ(other.log_in(alice).status, NtStatus::success);
}

TEST(HalfOpenSessions, GiveWayToNewerOnesOfTheServer) {
  Settings settings = session_settings();
  settings.max_sessions_in_progress = 4;
  Server server = make_server(settings);
  SessionClient flooder(server, Dialect::smb_3_1_1);
  const smb2::Message setup{.header = {.command = Command::session_setup},
                            .body = smb2::SessionSetupRequest{}};
  std::vector<std::uint64_t> ids;
  for (int i = 0; i < 4; ++i) ids.push_back(flooder.plain(setup).message().header.session_id);
  SessionClient other(server, Dialect::smb_3_1_1);
  EXPECT_EQ(other.log_in(alice).status, NtStatus::success);
  const auto still_there = [&](std::uint64_t id) {
    return flooder.plain(SessionClient::in({.id = id}, smb2::request(Command::logoff))).status() ==
           NtStatus::success;
  };
  EXPECT_FALSE(still_there(ids[0]));
  EXPECT_TRUE(still_there(ids[1]));
}

TEST(Deadlines, SpareConnectionsWithASession) {
  Server server = make_server();
  SessionClient busy(server, Dialect::smb_3_1_1);
  busy.log_in(alice);
  EXPECT_EQ(server.next_deadline(), std::nullopt);
  SessionClient waiting(server, Dialect::smb_3_1_1);
  waiting.plain({.header = {.command = Command::session_setup}, .body = smb2::SessionSetupRequest{}});
  EXPECT_EQ(server.next_deadline(), 45s) << "a session under way keeps no connection";
  const Effects effects = server.advance(45s);
  ASSERT_EQ(effects.size(), 1u);
  EXPECT_EQ(std::get<Close>(effects.front()).connection, waiting.connection);
}

TEST(Snapshot, OfAServerWithSessionsContinuesIdentically) {
  Server server = make_server();
  SessionClient client(server, Dialect::smb_3_1_1);
  const ClientSession session = client.log_in(alice);
  Server copy = server;
  const wire::Bytes request =
      smb2::frame(client.seal(session, client.numbered(SessionClient::in(session, tree_request))));
  EXPECT_EQ(seen(server.receive(client.connection, request)).messages,
            seen(copy.receive(client.connection, request)).messages);
}

TEST(ReplyBend, ComesBeforeSignatureAndSeal) {
  Server server = make_server();
  SessionClient client(server, Dialect::smb_3_1_1);
  const ClientSession session = client.log_in(alice);  // three replies
  const auto path = [](std::string_view text) { return *wire::Path::parse(text); };
  const auto bent = [&](std::uint64_t reply, std::string_view field, smb2::Part part) {
    server.bend_reply({.reply = reply, .part = part, .path = path(field), .change = Change::lowest_bit});
  };
  bent(3, "Reserved", smb2::Part::body);
  const Seen is_signed = client.with_signature(session, echo_request);
  EXPECT_TRUE(client.is_signed_with(is_signed, session.signing_key));
  EXPECT_EQ(std::get<smb2::EchoResponse>(is_signed.message().body).reserved, 1);
  bent(4, "Reserved", smb2::Part::body);
  EXPECT_EQ(std::get<smb2::EchoResponse>(client.sealed(session, echo_request).message().body).reserved, 1);
  bent(5, "Signature", smb2::Part::header);
  EXPECT_FALSE(client.is_signed_with(client.with_signature(session, echo_request), session.signing_key));
}

}  // namespace
}  // namespace reference
