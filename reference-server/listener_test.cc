#include "reference-server/listener.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "harness/transport/framed.h"
#include "harness/transport/scripted.h"
#include "harness/transport/tcp.h"
#include "reference-server/model/test_client.h"

namespace reference {
namespace {

using namespace std::chrono_literals;
using smb2::Dialect;
using testing::HasSubstr;
using transport::Fault;
using transport::run;

constexpr auto wait = 20s;

// A client over TCP of a listener on the same io_context.
class Remote {
 public:
  Remote(boost::asio::io_context& io, const Listener& listener)
      : io_(io), network_(transport::tcp_network(io.get_executor(), "127.0.0.1", listener.port())) {
    framed_.emplace(std::move(run(io_, network_->connect(wait)).value()), 0u, *network_, recording_);
  }

  void send(const wire::Bytes& bytes) {
    EXPECT_TRUE(run(io_, framed_->send(bytes, network_->now() + wait)).has_value());
  }
  void send(const smb2::Message& message) { send(smb2::frame(smb2::encode(message))); }

  transport::Result<smb2::Message> receive() {
    const auto frame = run(io_, framed_->receive(network_->now() + wait));
    if (!frame) return std::unexpected(frame.error());
    return smb2::decode(frame->message()).message;
  }
  // How the connection ended when nothing else comes.
  Fault end() {
    const auto message = receive();
    return message ? throw std::runtime_error("a message came") : message.error().fault;
  }

  // The dialect that a NEGOTIATE got.
  Dialect negotiate(Dialect dialect, std::uint16_t credits = 1) {
    smb2::Message request = negotiate_request({dialect});
    request.header.credits = credits;
    send(request);
    const auto answer = receive();
    return answer ? std::get<smb2::NegotiateResponse>(answer->body).dialect_revision : Dialect::none;
  }

 private:
  boost::asio::io_context& io_;
  std::unique_ptr<transport::Network> network_;
  transport::Recording recording_;
  std::optional<transport::Framed> framed_;
};

class ListenerTest : public testing::Test {
 protected:
  void start(Settings settings = {}, std::size_t largest_backlog = 4 << 20) {
    listener.emplace(io.get_executor(), "127.0.0.1", std::uint16_t{0},
                     Server(std::move(settings), 1, wall_clock), largest_backlog);
    const auto started = listener->start();
    ASSERT_TRUE(started.has_value()) << started.error();
  }
  Remote connect() { return Remote(io, *listener); }

  boost::asio::io_context io;
  std::optional<Listener> listener;
};

// Requests of no session, each answered by an error, from MessageId 1 on.
wire::Bytes refused_requests(std::uint64_t count) {
  wire::Bytes bytes;
  for (std::uint64_t id = 1; id <= count; ++id) {
    const smb2::Message request = {.header = {.command = smb2::Command::tree_connect, .message_id = id},
                                   .body = *wire::from_hex("0900 0000 4800 0000")};
    const wire::Bytes frame = smb2::frame(smb2::encode(request));
    bytes.insert(bytes.end(), frame.begin(), frame.end());
  }
  return bytes;
}

TEST_F(ListenerTest, ServesOnAFreePort) {
  start();
  EXPECT_NE(listener->port(), 0);
  EXPECT_EQ(connect().negotiate(Dialect::smb_3_1_1), Dialect::smb_3_1_1);
}

TEST_F(ListenerTest, ServesSeveralClientsEachItsOwnConnection) {
  start();
  Remote first = connect();
  Remote second = connect();
  EXPECT_EQ(second.negotiate(Dialect::smb_2_1), Dialect::smb_2_1);
  EXPECT_EQ(first.negotiate(Dialect::smb_3_0), Dialect::smb_3_0);
}

TEST_F(ListenerTest, TakesAFrameByteByByte) {
  start();
  Remote client = connect();
  for (const std::uint8_t byte : smb2::frame(smb2::encode(negotiate_request({Dialect::smb_2_1})))) {
    client.send(wire::Bytes{byte});
  }
  EXPECT_TRUE(client.receive().has_value());
}

TEST_F(ListenerTest, AnswersInTheOrderOfRequests) {
  start();
  Remote client = connect();
  ASSERT_EQ(client.negotiate(Dialect::smb_2_1, 100), Dialect::smb_2_1);
  client.send(refused_requests(100));
  for (std::uint64_t id = 1; id <= 100; ++id) {
    const auto answer = client.receive();
    ASSERT_TRUE(answer.has_value()) << answer.error().text;
    EXPECT_EQ(answer->header.message_id, id);
  }
}

TEST_F(ListenerTest, ClosesInGoodOrderBehindWhatItHasSent) {
  start();
  Remote client = connect();
  wire::Bytes bytes = smb2::frame(smb2::encode(negotiate_request({Dialect::smb_2_1})));
  bytes.resize(bytes.size() + 100000, 0xff);  // no frame, and more than is read at once
  client.send(bytes);
  EXPECT_TRUE(client.receive().has_value());
  EXPECT_EQ(client.end(), Fault::closed);
}

TEST_F(ListenerTest, KeepsTheDeadlinesOfTheServer) {
  start({.connection_timeout = 0s});
  EXPECT_EQ(connect().end(), Fault::closed);
}

TEST_F(ListenerTest, ItsClockCanBeMovedOn) {
  start({.connection_timeout = 10h});
  Remote client = connect();
  ASSERT_EQ(client.negotiate(Dialect::smb_2_1), Dialect::smb_2_1);
  Remote silent = connect();
  const std::jthread mover([this] { listener->pass(11h); });
  EXPECT_EQ(client.end(), Fault::closed);
  EXPECT_EQ(silent.end(), Fault::closed);
}

TEST_F(ListenerTest, AClientThatVanishesCostsItsConnectionOnly) {
  start();
  Remote other = connect();
  for (int i = 0; i < 100; ++i) {
    Remote vanishing = connect();
    vanishing.send(smb2::frame(smb2::encode(negotiate_request({Dialect::smb_2_1}))));
  }
  EXPECT_EQ(other.negotiate(Dialect::smb_2_1), Dialect::smb_2_1);
}

TEST_F(ListenerTest, AClientThatDoesNotReadIsDroppedAndOthersAreServed) {
  start({}, 0);
  Remote lazy = connect();
  ASSERT_EQ(lazy.negotiate(Dialect::smb_2_1, 100), Dialect::smb_2_1);
  lazy.send(refused_requests(100));
  auto answer = lazy.receive();
  int answers = 0;
  for (; answer; answer = lazy.receive()) ++answers;
  EXPECT_LT(answers, 100);
  EXPECT_NE(answer.error().fault, Fault::timeout) << answer.error().text;
  EXPECT_EQ(connect().negotiate(Dialect::smb_2_1), Dialect::smb_2_1);
}

TEST_F(ListenerTest, AFloodOfRubbishCostsItsConnectionOnly) {
  start();
  Remote other = connect();
  auto network = transport::tcp_network(io.get_executor(), "127.0.0.1", listener->port());
  const auto stream = run(io, network->connect(wait));
  ASSERT_TRUE(stream.has_value());
  const wire::Bytes rubbish(16 << 20, 0xff);
  const auto sent = run(io, (*stream)->send(rubbish, network->now() + wait));
  if (!sent) EXPECT_EQ(sent.error().fault, Fault::reset);
  EXPECT_EQ(other.negotiate(Dialect::smb_2_1), Dialect::smb_2_1);
}

// One that talks while others misbehave.
class Busy {
 public:
  Busy(boost::asio::io_context& io, const Listener& listener) : client_(io, listener) {
    EXPECT_EQ(client_.negotiate(Dialect::smb_2_1, 100), Dialect::smb_2_1);
  }
  void expect_answer() {
    smb2::Message request = smb2::request(smb2::Command::logoff);
    request.header.message_id = ++message_id_;
    client_.send(request);
    const auto answer = client_.receive();
    ASSERT_TRUE(answer.has_value()) << answer.error().text;
    EXPECT_EQ(answer->header.message_id, message_id_);
  }

 private:
  Remote client_;
  std::uint64_t message_id_ = 0;
};

TEST_F(ListenerTest, HalfAFrameCostsItsConnectionOnly) {
  start();
  Busy busy(io, *listener);
  const wire::Bytes whole = smb2::frame(smb2::encode(negotiate_request({Dialect::smb_2_1})));
  for (std::size_t size = 0; size < whole.size(); size += 7) {
    Remote vanishing = connect();
    vanishing.send(wire::Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
    busy.expect_answer();
  }
  busy.expect_answer();
}

TEST_F(ListenerTest, AThousandRequestsWithoutCreditsCostTheirConnectionOnly) {
  start();
  Busy busy(io, *listener);
  for (const auto command : {smb2::Command::echo, smb2::Command::logoff}) {
    Remote flood = connect();
    ASSERT_EQ(flood.negotiate(Dialect::smb_2_1), Dialect::smb_2_1);
    wire::Bytes bytes;
    for (std::uint64_t id = 1000; id > 0; --id) {
      smb2::Message request = smb2::request(command);
      request.header.message_id = id;
      const wire::Bytes frame = smb2::frame(smb2::encode(request));
      bytes.insert(bytes.end(), frame.begin(), frame.end());
    }
    flood.send(bytes);
    busy.expect_answer();
    EXPECT_THAT(flood.end(), testing::AnyOf(Fault::closed, Fault::reset));
    busy.expect_answer();
  }
}

TEST_F(ListenerTest, LiesCostTheirConnectionOnly) {
  start();
  Busy busy(io, *listener);
  const char* const lies[] = {
      "01000000",                                 // no session message of Direct TCP
      "00ffffff",                                 // a frame of 16 MiB
      "00000000",                                 // a frame of nothing
      "00000004 ff534d42",                        // SMB1, cut
      "00000004 fd534d42",                        // an encrypted message, cut
      "00000040 fe534d42 40000000 00000000 ff7f"  // a command that there is not
  };
  for (const char* lie : lies) {
    Remote liar = connect();
    wire::Bytes bytes = *wire::from_hex(lie);
    bytes.resize(std::max<std::size_t>(bytes.size(), 68), 0xff);
    liar.send(bytes);
    busy.expect_answer();
    EXPECT_THAT(liar.end(), testing::AnyOf(Fault::closed, Fault::reset)) << lie;
    busy.expect_answer();
  }
}

TEST_F(ListenerTest, StoppedItClosesItsPortAndItsConnectionsAndIsIdle) {
  start();
  Remote client = connect();
  ASSERT_EQ(client.negotiate(Dialect::smb_2_1), Dialect::smb_2_1);
  listener->stop();
  EXPECT_EQ(client.end(), Fault::closed);
  const auto network = transport::tcp_network(io.get_executor(), "127.0.0.1", listener->port());
  EXPECT_EQ(run(io, network->connect(wait)).error().fault, Fault::refused);
  io.restart();
  io.poll();
  EXPECT_TRUE(io.stopped());
}

TEST_F(ListenerTest, IsStoppedByItsEndAndFromAnotherThread) {
  start();
  std::thread server([this] { io.run(); });
  listener.reset();
  server.join();
}

TEST_F(ListenerTest, SaysWhyItCannotStart) {
  start();
  Listener same_port(io.get_executor(), "127.0.0.1", listener->port(), Server({}, 1, wall_clock));
  const auto started = same_port.start();
  ASSERT_FALSE(started.has_value());
  EXPECT_THAT(started.error(), HasSubstr("in use"));
  EXPECT_THAT(started.error(), HasSubstr(std::to_string(listener->port())));

  Listener nowhere(io.get_executor(), "no address", 0, Server({}, 1, wall_clock));
  ASSERT_FALSE(nowhere.start().has_value());
  EXPECT_THAT(nowhere.start().error(), HasSubstr("no address"));
}

}  // namespace
}  // namespace reference
