#include "harness/transport/memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "harness/transport/scripted.h"

namespace transport {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

const wire::Bytes ping = {1};

// Answers at once with what it was sent, and with what else the test has put on its agenda.
class Diary : public Peer {
 public:
  std::uint64_t connected() override { return ++connections; }
  Effects receive(std::uint64_t connection, wire::View bytes) override {
    Effects effects;
    effects.emplace_back(Send{connection, {bytes.begin(), bytes.end()}});
    return effects;
  }
  Effects closed(std::uint64_t connection) override {
    gone.push_back(connection);
    return {};
  }
  Effects advance(Time now) override {
    times.push_back(now);
    Effects effects;
    while (!agenda.empty() && agenda.begin()->first <= now) {
      for (auto& effect : agenda.begin()->second) effects.push_back(std::move(effect));
      agenda.erase(agenda.begin());
    }
    return effects;
  }
  std::optional<Time> next_deadline() const override {
    if (agenda.empty()) return std::nullopt;
    return agenda.begin()->first;
  }

  std::uint64_t connections = 0;
  std::map<Time, Effects> agenda;
  std::vector<Time> times;
  std::vector<std::uint64_t> gone;
};

class MemoryTest : public testing::Test {
 protected:
  MemoryTest() {
    auto diary = std::make_unique<Diary>();
    peer = diary.get();
    network = memory_network(std::move(diary));
  }

  std::unique_ptr<Stream> connect() { return std::move(run(io, network->connect(1s)).value()); }
  Result<wire::Bytes> receive(Stream& stream, Time deadline) { return run(io, stream.receive(deadline)); }
  bool send(Stream& stream, const wire::Bytes& bytes) {
    return run(io, stream.send(bytes, network->now())).has_value();
  }
  Fault fault(Stream& stream, Time deadline) {
    const auto received = receive(stream, deadline);
    return received ? throw std::runtime_error("bytes came") : received.error().fault;
  }

  boost::asio::io_context io;
  Diary* peer = nullptr;
  std::unique_ptr<Network> network;
};

TEST_F(MemoryTest, AnswersAtOnceWithoutTimePassing) {
  const auto stream = connect();
  ASSERT_TRUE(send(*stream, ping));
  EXPECT_EQ(receive(*stream, 10s), ping);
  EXPECT_EQ(network->now(), 0s);
}

TEST_F(MemoryTest, SilenceJumpsToTheDeadline) {
  const auto stream = connect();
  const auto started = std::chrono::steady_clock::now();
  EXPECT_EQ(fault(*stream, 10h), Fault::timeout);
  EXPECT_EQ(network->now(), 10h);
  EXPECT_LT(std::chrono::steady_clock::now() - started, 1h);
  EXPECT_EQ(peer->times.back(), 10h);
}

TEST_F(MemoryTest, JumpsToEachDeadlineOfThePeerInTurn) {
  const auto stream = connect();
  peer->agenda[2s] = {};
  peer->agenda[3s].emplace_back(Peer::Send{1, {7}});
  peer->agenda[4s].emplace_back(Peer::Send{1, {8}});
  EXPECT_EQ(receive(*stream, 10s), wire::Bytes{7});
  EXPECT_EQ(network->now(), 3s);
  EXPECT_THAT(peer->times, ElementsAre(0s, 2s, 3s));
}

TEST_F(MemoryTest, WhatThePeerDoesAtTheDeadlineStillCounts) {
  const auto stream = connect();
  peer->agenda[3s].emplace_back(Peer::Send{1, {7}});
  EXPECT_EQ(receive(*stream, 3s), wire::Bytes{7});
}

TEST_F(MemoryTest, WhatThePeerDoesAfterTheDeadlineIsLeftForLater) {
  const auto stream = connect();
  peer->agenda[3s].emplace_back(Peer::Send{1, {7}});
  EXPECT_EQ(fault(*stream, 2s), Fault::timeout);
  EXPECT_EQ(network->now(), 2s);
  EXPECT_EQ(receive(*stream, 4s), wire::Bytes{7});
  EXPECT_EQ(network->now(), 3s);
}

TEST_F(MemoryTest, PassedTimeIsThePeersTooAndAllThatIsDueInItHappens) {
  const auto stream = connect();
  peer->agenda[3s].emplace_back(Peer::Send{1, {7}});
  peer->agenda[4s].emplace_back(Peer::Close{1});
  EXPECT_TRUE(network->pass(10h));
  EXPECT_EQ(network->now(), 10h);
  EXPECT_THAT(peer->times, ElementsAre(3s, 4s, 10h));
  EXPECT_EQ(receive(*stream, 10h), wire::Bytes{7});
  EXPECT_EQ(fault(*stream, 10h), Fault::closed);
}

TEST_F(MemoryTest, TimeNeverGoesBack) {
  const auto stream = connect();
  EXPECT_EQ(fault(*stream, 5s), Fault::timeout);
  EXPECT_EQ(fault(*stream, 2s), Fault::timeout);
  EXPECT_EQ(network->now(), 5s);
}

TEST_F(MemoryTest, APeerWhoseDeadlineNeverMovesCannotHangUs) {
  class Stuck : public Diary {
    std::optional<Time> next_deadline() const override { return 1s; }
  };
  network = memory_network(std::make_unique<Stuck>());
  const auto stream = connect();
  EXPECT_EQ(fault(*stream, 5s), Fault::timeout);
  EXPECT_EQ(network->now(), 5s);
}

TEST_F(MemoryTest, ACloseStandsBehindTheBytesSentBeforeIt) {
  const auto stream = connect();
  auto& effects = peer->agenda[1s];
  effects.emplace_back(Peer::Send{1, {1}});
  effects.emplace_back(Peer::Send{1, {2}});
  effects.emplace_back(Peer::Close{1});
  effects.emplace_back(Peer::Send{1, {3}});
  EXPECT_EQ(receive(*stream, 10s), wire::Bytes{1});
  EXPECT_EQ(receive(*stream, 10s), wire::Bytes{2});
  EXPECT_EQ(fault(*stream, 10s), Fault::closed);
  EXPECT_EQ(fault(*stream, 10s), Fault::closed);
  EXPECT_EQ(network->now(), 1s);
}

TEST_F(MemoryTest, ConnectionsShareThePeerAndTheClockAndNothingElse) {
  const auto first = connect();
  const auto second = connect();
  ASSERT_TRUE(send(*first, {1}));
  ASSERT_TRUE(send(*second, {2}));
  EXPECT_EQ(receive(*second, 1s), wire::Bytes{2});
  EXPECT_EQ(fault(*second, 2s), Fault::timeout) << "the first one's bytes are not the second one's";
  EXPECT_EQ(network->now(), 2s);
  EXPECT_EQ(receive(*first, 3s), wire::Bytes{1});
}

TEST_F(MemoryTest, OneConnectionMayMakeThePeerSpeakOnAnother) {
  const auto first = connect();
  const auto second = connect();
  peer->agenda[1s].emplace_back(Peer::Send{2, {9}});
  EXPECT_EQ(fault(*first, 2s), Fault::timeout);
  EXPECT_EQ(receive(*second, 2s), wire::Bytes{9});
}

TEST_F(MemoryTest, ThePeerLearnsOfAStreamClosedByUsOnceAndOnlyIfItDidNotCloseIt) {
  auto closed = connect();
  auto destroyed = connect();
  auto ended_by_peer = connect();
  closed->close();
  closed->close();
  EXPECT_EQ(fault(*closed, 1s), Fault::closed);
  EXPECT_FALSE(send(*closed, ping));
  destroyed.reset();
  peer->agenda[1s].emplace_back(Peer::Close{3});
  EXPECT_EQ(fault(*ended_by_peer, 2s), Fault::closed);
  ended_by_peer->close();
  EXPECT_THAT(peer->gone, ElementsAre(1u, 2u));
}

TEST_F(MemoryTest, BytesForAPeerThatHasGoneAreLost) {
  const auto stream = connect();
  peer->agenda[1s].emplace_back(Peer::Close{1});
  EXPECT_EQ(fault(*stream, 2s), Fault::closed);
  EXPECT_TRUE(send(*stream, ping));
  EXPECT_EQ(fault(*stream, 2s), Fault::closed);
}

TEST_F(MemoryTest, EffectsForUnknownConnectionsAreIgnored) {
  const auto stream = connect();
  peer->agenda[1s].emplace_back(Peer::Send{77, {1}});
  peer->agenda[1s].emplace_back(Peer::Close{78});
  EXPECT_EQ(fault(*stream, 2s), Fault::timeout);
}

TEST_F(MemoryTest, AStreamMayOutliveItsNetwork) {
  const auto stream = connect();
  network.reset();
  EXPECT_EQ(fault(*stream, 2s), Fault::timeout);
}

}  // namespace
}  // namespace transport
