#include <gmock/gmock.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <thread>

#include "harness/smb2/direct_tcp.h"
#include "harness/smb2/message.h"
#include "harness/target/peers/impacket_server.h"
#include "harness/target/peers/scripted_server.h"
#include "harness/target/peers/smbd.h"

namespace target::peers {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

// A client that gives up after five seconds.
class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(connect_to(port)) {
    const timeval patience{.tv_sec = 5, .tv_usec = 0};
    if (socket_) setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }

  bool connected() const { return static_cast<bool>(socket_); }
  bool send(wire::View bytes) {
    return ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
  }
  // Up to `size` bytes; fewer when the server closes or says no more.
  wire::Bytes receive(std::size_t size) {
    wire::Bytes bytes(size);
    std::size_t have = 0;
    while (have < size) {
      const ssize_t got = recv(socket_.get(), bytes.data() + have, size - have, 0);
      ended_ = got == 0 || (got < 0 && errno == ECONNRESET);
      if (got <= 0) break;
      have += static_cast<std::size_t>(got);
    }
    bytes.resize(have);
    return bytes;
  }
  // Whether the server closed the connection, with nothing more to say.
  bool ended() {
    if (!ended_) receive(1);
    return ended_;
  }
  wire::Bytes receive_frame() {
    wire::Bytes header = receive(smb2::direct_tcp_header_size);
    if (header.size() < smb2::direct_tcp_header_size) return {};
    return receive(smb2::frame_header(std::span(header).first<smb2::direct_tcp_header_size>()).length);
  }

 private:
  Descriptor socket_;
  bool ended_ = false;
};

wire::Bytes negotiate_request() {
  auto message = smb2::request(smb2::Command::negotiate);
  auto& body = std::get<smb2::NegotiateRequest>(message.body);
  body.security_mode = smb2::SecurityMode::signing_enabled;
  body.dialects = {smb2::Dialect::smb_2_0_2, smb2::Dialect::smb_2_1};
  return smb2::frame(smb2::encode(message));
}

// The dialect that a server selects; none when it gives no NEGOTIATE response.
std::optional<smb2::Dialect> negotiated(std::uint16_t port) {
  Client client(port);
  if (!client.connected() || !client.send(negotiate_request())) return {};
  const auto reply = smb2::decode(client.receive_frame());
  const auto* response = std::get_if<smb2::NegotiateResponse>(&reply.message.body);
  return response != nullptr ? std::optional(response->dialect_revision) : std::nullopt;
}

bool group_exists(pid_t group) { return kill(-group, 0) == 0; }

TEST(SmbdTest, AnswersANegotiateAndLeavesNothingBehind) {
  const auto begin = Clock::now();
  auto smbd = Smbd::start();
  if (!smbd) return cannot_run(smbd.error());
  EXPECT_LT(Clock::now() - begin, seconds(5));
  EXPECT_EQ(negotiated(smbd->port()), smb2::Dialect::smb_2_1);

  const auto folder = smbd->folder();
  const pid_t pid = smbd->pid();
  const std::uint16_t port = smbd->port();
  EXPECT_TRUE(group_exists(pid));
  {
    const Smbd stopped = std::move(*smbd);
  }
  EXPECT_FALSE(group_exists(pid));
  EXPECT_FALSE(connect_to(port));
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST(SmbdTest, ObeysFurtherConfiguration) {
  auto smbd = Smbd::start({.conf = "server max protocol = SMB2_02", .users = {}});
  if (!smbd) return cannot_run(smbd.error());
  EXPECT_EQ(negotiated(smbd->port()), smb2::Dialect::smb_2_0_2);
}

TEST(SmbdTest, TwoAtOnceHaveTheirOwnPorts) {
  auto one = Smbd::start({.conf = "server max protocol = SMB2_02", .users = {}});
  if (!one) return cannot_run(one.error());
  auto other = Smbd::start();
  if (!other) return cannot_run(other.error());
  EXPECT_NE(one->port(), other->port());
  EXPECT_EQ(negotiated(one->port()), smb2::Dialect::smb_2_0_2);
  EXPECT_EQ(negotiated(other->port()), smb2::Dialect::smb_2_1);
}

TEST(SmbdTest, SaysWhyItDidNotComeUp) {
  auto smbd = Smbd::start({.conf = "server role = no such role", .users = {}});
  ASSERT_FALSE(smbd);
  if (smbd.error().why == NotStarted::Why::absent) return cannot_run(smbd.error());
  EXPECT_THAT(smbd.error().reason, testing::HasSubstr("no such role"));
}

// Whether every process that descends from this one has ended in time.
bool descendants_end() {
  const auto deadline = Clock::now() + seconds(5);
  while (Clock::now() < deadline) {
    if (waitpid(-1, nullptr, WNOHANG) < 0) return errno == ECHILD;
  }
  return false;
}

TEST(SmbdTest, DiesWithTheProcessThatStartedIt) {
  if (find_program("smbd").empty()) return cannot_run({NotStarted::Why::absent, "smbd is not installed"});
  prctl(PR_SET_CHILD_SUBREAPER, 1);  // smbd becomes our child when the one between dies
  const Folder folder;
  const auto started = folder.path() / "started";
  const pid_t child = fork();
  if (child == 0) {
    const auto smbd = Smbd::start();
    if (smbd) std::filesystem::rename(smbd->folder(), started);
    _exit(0);  // no destructor runs
  }
  waitpid(child, nullptr, 0);
  EXPECT_TRUE(std::filesystem::exists(started));
  EXPECT_TRUE(descendants_end());
}

TEST(SmbdTest, LetsItsUserLogOn) {
  auto smbd = Smbd::start({.conf = "", .users = {{.name = "smbspec-peer", .password = "a password"}}});
  if (!smbd) return cannot_run(smbd.error());
  const auto smbclient = find_program("smbclient");
  if (smbclient.empty()) return cannot_run({NotStarted::Why::absent, "smbclient is not installed"});
  std::ofstream(smbd->share() / "file") << "content";
  const auto fetch_as = [&](const std::string& user) {
    return run_program({smbclient, "//127.0.0.1/share", "-p", std::to_string(smbd->port()), "-U", user, "-c",
                        "get file /dev/null"});
  };
  const auto fetched = fetch_as("smbspec-peer%a password");
  EXPECT_TRUE(fetched) << fetched.error();
  EXPECT_FALSE(fetch_as("smbspec-peer%another"));
}

TEST(ImpacketServerTest, Answers2_0_2) {
  auto server = ImpacketServer::start();
  if (!server) return cannot_run(server.error());
  EXPECT_EQ(negotiated(server->port()), smb2::Dialect::smb_2_0_2);
  const pid_t pid = server->pid();
  server->stop();
  EXPECT_FALSE(group_exists(pid));
}

TEST(ScriptedServerTest, SilentSaysNothingAndStopsAtOnce) {
  std::optional<ScriptedServer> server(std::in_place, silent());
  Client client(server->port());
  ASSERT_TRUE(client.send(negotiate_request()));
  const std::uint16_t port = server->port();
  server.reset();
  EXPECT_TRUE(client.ended());
  EXPECT_FALSE(connect_to(port));
}

TEST(ScriptedServerTest, TrickleSendsByteByByte) {
  ScriptedServer server(trickle(milliseconds(1)));
  Client client(server.port());
  ASSERT_TRUE(client.send(negotiate_request()));
  EXPECT_EQ(client.receive(8), (wire::Bytes{0x00, 0x0f, 0xff, 0xff, 0xfe, 'S', 'M', 'B'}));
}

TEST(ScriptedServerTest, FloodSendsThatManyBytesAndCloses) {
  ScriptedServer server(flood(std::size_t{16} << 20));
  Client client(server.port());
  ASSERT_TRUE(client.send(negotiate_request()));
  EXPECT_EQ(client.receive(std::size_t{17} << 20).size(), std::size_t{16} << 20);
  EXPECT_TRUE(client.ended());
}

TEST(ScriptedServerTest, HttpAnswersAsAWebServer) {
  ScriptedServer server(http());
  Client client(server.port());
  ASSERT_TRUE(client.send(negotiate_request()));
  EXPECT_EQ(client.receive(5), (wire::Bytes{'H', 'T', 'T', 'P', '/'}));
}

TEST(ScriptedServerTest, CutReplyEndsInTheMiddleOfAFrame) {
  ScriptedServer server(cut_reply());
  Client client(server.port());
  ASSERT_TRUE(client.send(negotiate_request()));
  const wire::Bytes header = client.receive(smb2::direct_tcp_header_size);
  ASSERT_EQ(header.size(), smb2::direct_tcp_header_size);
  const auto announced = smb2::frame_header(std::span(header).first<smb2::direct_tcp_header_size>()).length;
  EXPECT_LT(client.receive(announced).size(), announced);
  EXPECT_TRUE(client.ended());
}

TEST(ScriptedServerTest, AnswersFramesThatComeTogether) {
  ScriptedServer server(
      answer([](wire::View request) { return wire::Bytes(request.begin(), request.end()); }));
  Client client(server.port());
  ASSERT_TRUE(client.send(wire::Bytes{0, 0, 0, 2, 'a', 'b', 0, 0, 0, 1, 'c'}));
  EXPECT_EQ(client.receive(11), (wire::Bytes{0, 0, 0, 2, 'a', 'b', 0, 0, 0, 1, 'c'}));
}

TEST(ScriptedServerTest, DiesOfTheRequestAfterItsLastConnection) {
  const auto echo = answer([](wire::View request) { return wire::Bytes(request.begin(), request.end()); });
  ScriptedServer server(echo, 2);
  const wire::Bytes frame = {0, 0, 0, 1, 'a'};
  Client first(server.port());
  Client second(server.port());
  Client third(server.port());
  for (Client* client : {&first, &second}) {
    ASSERT_TRUE(client->send(frame));
    EXPECT_EQ(client->receive(frame.size()), frame);
  }
  ASSERT_TRUE(third.send(frame));
  EXPECT_TRUE(third.ended());
  EXPECT_TRUE(first.ended());
  EXPECT_TRUE(second.ended());
  EXPECT_EQ(server.accepted(), 3u);
}

TEST(ScriptedServerTest, RelaysToAnotherServer) {
  ScriptedServer inner(answer([](wire::View) { return wire::Bytes{'y', 'e', 's'}; }));
  ScriptedServer outer(relay(inner.port()));
  Client client(outer.port());
  ASSERT_TRUE(client.send(wire::Bytes{0, 0, 0, 1, 'a'}));
  EXPECT_EQ(client.receive_frame(), (wire::Bytes{'y', 'e', 's'}));
}

}  // namespace
}  // namespace target::peers
