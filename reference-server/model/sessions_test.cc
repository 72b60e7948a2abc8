#include "reference-server/model/sessions.h"

#include <random>

#include "reference-server/model/session_client.h"

namespace reference {
namespace {

using namespace std::chrono_literals;
using smb2::Command;
using smb2::Dialect;
using smb2::NtStatus;

const smb2::Message echo_request = smb2::request(Command::echo);
const smb2::Message tree_request = SessionClient::tree_connect_request("data");

Server make_server(Settings settings = session_settings()) {
  return Server(std::move(settings), 1, wall_clock);
}

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

TEST(Deadlines, BeginAnewWhereASessionEnds) {
  Settings settings = session_settings();
  settings.session_lifetime = 100s;
  Server server = make_server(settings);
  SessionClient client(server, Dialect::smb_3_1_1);
  ClientSession session = client.log_in(alice);
  server.advance(1000s);
  client.plain(SessionClient::in(
      session, {.header = {.command = Command::session_setup}, .body = smb2::SessionSetupRequest{}}));
  EXPECT_EQ(server.next_deadline(), 1045s) << "authenticates again";
  EXPECT_EQ(client.with_signature(session, smb2::request(Command::logoff)).status(), NtStatus::success);
  EXPECT_EQ(server.next_deadline(), 1045s);
  EXPECT_EQ(client.log_in(alice).status, NtStatus::success);
  EXPECT_EQ(server.next_deadline(), std::nullopt);
}

TEST(LossOfAConnection, EndsItsSessionsAndFreesTheirShares) {
  Settings settings = session_settings();
  settings.shares = {{.name = "data", .max_uses = 1}};
  Server server = make_server(settings);
  SessionClient first(server, Dialect::smb_3_1_1);
  SessionClient second(server, Dialect::smb_3_1_1);
  const ClientSession lost = first.log_in(alice);
  first.connect_tree(lost, "data");
  const ClientSession session = second.log_in(bob);
  EXPECT_EQ(second.with_signature(session, tree_request).status(), NtStatus::request_not_accepted);
  server.closed(first.connection);
  EXPECT_EQ(second.with_signature(session, tree_request).status(), NtStatus::success);
}

TEST(LossOfAConnection, CostsNobodyElse) {
  Server server = make_server();
  SessionClient liar(server, Dialect::smb_3_1_1);
  SessionClient honest(server, Dialect::smb_3_1_1);
  const ClientSession session = honest.log_in(alice);
  liar.log_in(bob);
  EXPECT_TRUE(liar.send(*wire::from_hex("fd534d42")).only_closed());
  EXPECT_EQ(honest.with_signature(session, echo_request).status(), NtStatus::success);
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

// Everything behind signature and seal is within reach of whoever has logged in.
TEST(AnyBytes, OfAClientThatHasLoggedInNeverBreakTheServer) {
  std::mt19937_64 random(1);
  Server server = make_server();
  SessionClient client(server, Dialect::smb_3_1_1);
  const ClientSession session = client.log_in(alice);
  const std::uint32_t tree = client.connect_tree(session, "data");
  for (int round = 0; round < 4000; ++round) {
    Server copy = server;
    SessionClient same = client;
    const Command command{static_cast<std::uint16_t>(1 + random() % 0x13)};
    wire::Bytes bytes = same.numbered(SessionClient::in(session, smb2::request(command), tree));
    bytes.resize(bytes.size() + random() % 64);
    for (int i = 0; i < 4; ++i) {
      // Behind NextCommand, MessageId and SessionId, so that it reaches its command.
      const std::size_t at = smb2::header_size + random() % (bytes.size() - smb2::header_size + 1);
      if (at < bytes.size()) bytes[at] = static_cast<std::uint8_t>(random());
    }
    wire::Bytes message = bytes;
    if (random() % 2 == 0) {
      same.sign(message, session.signing_key);
    } else {
      message = same.seal(session, bytes);
    }
    const Seen answer = seen(copy.receive(client.connection, smb2::frame(message)));
    EXPECT_LE(answer.messages.size(), 1u);
  }
}

TEST(AnyBytes, OfATokenNeverBreakTheServer) {
  std::mt19937_64 random(1);
  Server server = make_server();
  SessionClient client(server, Dialect::smb_3_1_1);
  const auto noise = [&](std::span<std::uint8_t> bytes) {
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
  };
  const auto setup = [&](Server& at, std::uint64_t id, wire::Bytes token) {
    SessionClient same = client;
    const wire::Bytes request = same.numbered(
        SessionClient::in({.id = id}, {.header = {.command = Command::session_setup},
                                       .body = smb2::SessionSetupRequest{.buffer = std::move(token)}}));
    client = same;
    return seen(at.receive(client.connection, smb2::frame(request))).message();
  };
  security::SpnegoInitiator initiator(alice);
  const wire::Bytes negotiate = initiator.step({}, noise, wall_clock).token;
  const smb2::Message challenge = setup(server, 0, negotiate);
  const std::uint64_t id = challenge.header.session_id;
  const wire::Bytes authenticate =
      initiator.step(std::get<smb2::SessionSetupResponse>(challenge.body).buffer, noise, wall_clock).token;
  const SessionClient at_this_point = client;
  for (int round = 0; round < 3000; ++round) {
    Server copy = server;
    client = at_this_point;
    const bool first = round % 2 == 0;
    wire::Bytes token = first ? negotiate : authenticate;
    for (int i = 0; i < 3; ++i) token[random() % token.size()] = static_cast<std::uint8_t>(random());
    if (random() % 8 == 0) token.resize(random() % token.size());
    const NtStatus status = setup(copy, first ? 0 : id, token).header.status;
    EXPECT_TRUE(status == NtStatus::success || status == NtStatus::more_processing_required ||
                status == NtStatus::logon_failure || status == NtStatus::sec_e_invalid_token)
        << smb2::to_text(status);
  }
}

}  // namespace
}  // namespace reference
