#include "reference-server/model/sessions.h"

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

}  // namespace
}  // namespace reference
