#include "harness/transport/tcp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/transport/scripted.h"

namespace transport {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const wire::Bytes ping = {1, 2, 3};
constexpr Time soon = 50ms;  // for what must not come
constexpr Time late = 20s;   // for what must come

class TcpTest : public testing::Test {
 protected:
  std::unique_ptr<Network> network(std::uint16_t port, std::string host = "127.0.0.1") {
    return tcp_network(io.get_executor(), std::move(host), port);
  }
  Result<std::unique_ptr<Stream>> connect(Network& to, Time wait = late) {
    return run(io, to.connect(to.now() + wait));
  }
  Result<wire::Bytes> receive(Network& from, Stream& stream, Time wait = late) {
    return run(io, stream.receive(from.now() + wait));
  }
  Result<void> send(Network& to, Stream& stream, const wire::Bytes& bytes, Time wait = late) {
    return run(io, stream.send(bytes, to.now() + wait));
  }
  // Whether nothing is left to do for the io_context: no operation, no timer.
  bool is_idle() {
    io.restart();
    io.poll();
    return io.stopped();
  }

  boost::asio::io_context io;
};

// Its kernel accepts connections; nobody ever reads, writes or closes them.
class Deaf {
 public:
  explicit Deaf(boost::asio::io_context& io)
      : acceptor_(io, {boost::asio::ip::make_address("127.0.0.1"), 0}) {}
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  void leave() { acceptor_.close(); }

 private:
  boost::asio::ip::tcp::acceptor acceptor_;
};

TEST_F(TcpTest, SendsAndReceives) {
  const ScriptedServer server(io, {hear(), say({7, 8})});
  const auto net = network(server.port());
  const auto stream = connect(*net);
  ASSERT_TRUE(stream.has_value()) << stream.error().text;
  EXPECT_TRUE(send(*net, **stream, ping).has_value());
  EXPECT_EQ(receive(*net, **stream), (wire::Bytes{7, 8}));
}

TEST_F(TcpTest, RefusedWhereNobodyListens) {
  std::uint16_t port = 0;
  {
    Deaf deaf(io);
    port = deaf.port();
  }
  const auto net = network(port);
  const auto stream = connect(*net);
  ASSERT_FALSE(stream.has_value());
  EXPECT_EQ(stream.error().fault, Fault::refused);
  EXPECT_THAT(stream.error().text, HasSubstr("127.0.0.1:" + std::to_string(port)));
}

TEST_F(TcpTest, UnreachableWhereThereIsNoRouteOrNoSuchName) {
  // TCP reaches no multicast address, and no label of a name has 64 letters: both fail on this machine.
  for (const std::string& host : {std::string("224.0.0.1"), std::string(64, 'x')}) {
    const auto net = network(445, host);
    const auto stream = connect(*net);
    ASSERT_FALSE(stream.has_value()) << host;
    EXPECT_EQ(stream.error().fault, Fault::unreachable) << stream.error().text;
    EXPECT_THAT(stream.error().text, HasSubstr(host));
  }
}

TEST_F(TcpTest, ConnectsByNameTryingItsAddressesInTurn) {
  const ScriptedServer server(io, {hear(), say(ping)});  // on IPv4 alone
  const auto net = network(server.port(), "localhost");
  for (int i = 0; i < 2; ++i) {
    const auto stream = connect(*net);
    ASSERT_TRUE(stream.has_value()) << stream.error().text;
    ASSERT_TRUE(send(*net, **stream, ping).has_value());
    EXPECT_EQ(receive(*net, **stream), ping);
  }
}

TEST_F(TcpTest, SpeaksIPv6) {
  std::optional<ScriptedServer> server;
  try {
    server.emplace(io, Script{hear(), say(ping)}, "::1");
  } catch (const boost::system::system_error& error) {
    GTEST_SKIP() << "no IPv6 loopback here: " << error.what();
  }
  const auto net = network(server->port(), "::1");
  const auto stream = connect(*net);
  ASSERT_TRUE(stream.has_value()) << stream.error().text;
  ASSERT_TRUE(send(*net, **stream, ping).has_value());
  EXPECT_EQ(receive(*net, **stream), ping);
}

TEST_F(TcpTest, ASilentPeerIsATimeoutAndTheStreamLivesOn) {
  const ScriptedServer server(io, {hear(), say(ping)});
  const auto net = network(server.port());
  const auto stream = connect(*net);
  ASSERT_TRUE(stream.has_value());
  const Time before = net->now();
  const auto nothing = receive(*net, **stream, soon);
  ASSERT_FALSE(nothing.has_value());
  EXPECT_EQ(nothing.error().fault, Fault::timeout);
  EXPECT_GE(net->now() - before, soon);
  ASSERT_TRUE(send(*net, **stream, ping).has_value());
  EXPECT_EQ(receive(*net, **stream), ping);
}

TEST_F(TcpTest, ADeadlineThatPassesLeavesNothingPending) {
  const Deaf deaf(io);
  const auto net = network(deaf.port());
  const auto stream = connect(*net);
  ASSERT_TRUE(stream.has_value());
  EXPECT_EQ(receive(*net, **stream, soon).error().fault, Fault::timeout);
  EXPECT_TRUE(is_idle());
}

TEST_F(TcpTest, AnOperationThatSucceedsLeavesNoTimerBehind) {
  const Deaf deaf(io);
  const auto net = network(deaf.port());
  const auto stream = connect(*net, 1h);
  ASSERT_TRUE(stream.has_value());
  EXPECT_TRUE(send(*net, **stream, ping, 1h).has_value());
  EXPECT_TRUE(is_idle());
}

TEST_F(TcpTest, ADeadlineLongPastStillEndsTheWait) {
  const Deaf deaf(io);
  const auto net = network(deaf.port());
  const auto stream = connect(*net);
  ASSERT_TRUE(stream.has_value());
  EXPECT_EQ(receive(*net, **stream, -1h).error().fault, Fault::timeout);
}

TEST_F(TcpTest, APeerThatDoesNotReadIsATimeoutOfTheSend) {
  const Deaf deaf(io);
  const auto net = network(deaf.port());
  const auto stream = connect(*net);
  ASSERT_TRUE(stream.has_value());
  const wire::Bytes much(64 << 20);
  EXPECT_EQ(send(*net, **stream, much, soon).error().fault, Fault::timeout);
  EXPECT_TRUE(is_idle());
}

TEST_F(TcpTest, AConnectThatNobodyAnswersIsATimeout) {
  // A listener with a full backlog drops what else wants to connect.
  boost::asio::ip::tcp::acceptor full(io);
  full.open(boost::asio::ip::tcp::v4());
  full.bind({boost::asio::ip::make_address("127.0.0.1"), 0});
  full.listen(0);
  const auto net = network(full.local_endpoint().port());
  std::vector<std::unique_ptr<Stream>> waiting;
  std::optional<Error> error;
  while (!error && waiting.size() < 16) {
    auto stream = connect(*net, soon);
    if (stream) {
      waiting.push_back(std::move(*stream));
    } else {
      error = stream.error();
    }
  }
  if (!error) GTEST_SKIP() << "this system accepts more than the backlog";
  EXPECT_EQ(error->fault, Fault::timeout) << error->text;
  EXPECT_TRUE(is_idle());
}

TEST_F(TcpTest, ToldApartWhetherThePeerClosedOrReset) {
  const ScriptedServer closing(io, {hear(), say({9}), leave()});
  const auto net = network(closing.port());
  const auto stream = connect(*net);
  ASSERT_TRUE(stream.has_value());
  ASSERT_TRUE(send(*net, **stream, ping).has_value());
  EXPECT_EQ(receive(*net, **stream), wire::Bytes{9});
  EXPECT_EQ(receive(*net, **stream).error().fault, Fault::closed);

  const ScriptedServer resetting(io, {hear(), reset()});
  const auto other = network(resetting.port());
  const auto broken = connect(*other);
  ASSERT_TRUE(broken.has_value());
  ASSERT_TRUE(send(*other, **broken, ping).has_value());
  EXPECT_EQ(receive(*other, **broken).error().fault, Fault::reset);
}

TEST_F(TcpTest, AStreamClosedByUsIsClosed) {
  const Deaf deaf(io);
  const auto net = network(deaf.port());
  const auto stream = connect(*net);
  ASSERT_TRUE(stream.has_value());
  (*stream)->close();
  EXPECT_EQ(send(*net, **stream, ping).error().fault, Fault::closed);
  EXPECT_EQ(receive(*net, **stream).error().fault, Fault::closed);
  EXPECT_TRUE(is_idle());
}

TEST_F(TcpTest, ReceivesInPiecesOfAtMost64KiB) {
  const ScriptedServer server(io, {hear(), say(wire::Bytes(1 << 20, 5)), leave()});
  const auto net = network(server.port());
  const auto stream = connect(*net);
  ASSERT_TRUE(stream.has_value());
  ASSERT_TRUE(send(*net, **stream, ping).has_value());
  std::size_t total = 0;
  for (auto piece = receive(*net, **stream); piece; piece = receive(*net, **stream)) {
    EXPECT_LE(piece->size(), 64u << 10);
    total += piece->size();
  }
  EXPECT_EQ(total, 1u << 20);
}

}  // namespace
}  // namespace transport
