#include "harness/transport/framed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

#include "harness/smb2/direct_tcp.h"
#include "harness/transport/memory.h"
#include "harness/transport/scripted.h"
#include "harness/transport/tcp.h"

namespace transport {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

enum class Medium : std::uint8_t { memory, tcp };

const wire::Bytes request = {0, 0, 0, 1, 42};
const wire::Bytes first = {0, 0, 0, 3, 1, 2, 3};
const wire::Bytes second = {0, 0, 0, 2, 4, 5};

wire::Bytes joined(const wire::Bytes& a, const wire::Bytes& b) {
  wire::Bytes both = a;
  both.insert(both.end(), b.begin(), b.end());
  return both;
}

// A client of a peer that follows a script, with one request sent.
class FramedTest : public testing::TestWithParam<Medium> {
 protected:
  void start(Script script) {
    script.insert(script.begin(), hear());
    if (GetParam() == Medium::memory) {
      network = memory_network(std::make_unique<ScriptedPeer>(std::move(script)));
    } else {
      server.emplace(io, std::move(script));
      network = tcp_network(io.get_executor(), "127.0.0.1", server->port());
    }
    auto stream = run(io, network->connect(20s));
    ASSERT_TRUE(stream.has_value()) << stream.error().text;
    framed.emplace(std::move(*stream), 3, *network, recording);
    ASSERT_TRUE(run(io, framed->send(request, 20s)).has_value());
  }

  Result<Frame> receive(Time wait = 20s) { return run(io, framed->receive(network->now() + wait)); }
  wire::Bytes received() {
    auto frame = receive();
    return frame ? frame->bytes : throw std::runtime_error(frame.error().text);
  }

  // The recording behind what start() put there, without times.
  struct Line {
    Event event;
    wire::Bytes bytes;
    std::string note;
    bool operator==(const Line&) const = default;
  };
  std::vector<Line> recorded() const {
    std::vector<Line> lines;
    for (std::size_t i = 2; i < recording.size(); ++i) {
      lines.push_back({recording[i].event, recording[i].bytes, recording[i].note});
    }
    return lines;
  }

  boost::asio::io_context io;
  std::optional<ScriptedServer> server;
  std::unique_ptr<Network> network;
  Recording recording;
  std::optional<Framed> framed;
};

TEST_P(FramedTest, RecordsConnectingSendingReceivingAndClosingInOrder) {
  start({say(first)});
  EXPECT_EQ(received(), first);
  framed->close();
  framed->close();
  ASSERT_EQ(recording.size(), 4u);
  EXPECT_EQ(recording[0].event, Event::connected);
  EXPECT_EQ(recording[1].event, Event::sent);
  EXPECT_EQ(recording[1].bytes, request);
  EXPECT_EQ(recording[2].event, Event::received);
  EXPECT_EQ(recording[2].bytes, first);
  EXPECT_EQ(recording[3].event, Event::closed_by_us);
  for (const Recorded& event : recording) {
    EXPECT_EQ(event.connection, 3u);
    EXPECT_EQ(event.note, "");
  }
  EXPECT_TRUE(std::ranges::is_sorted(recording, {}, &Recorded::at));
  EXPECT_TRUE(framed->is_closed());
  EXPECT_EQ(receive().error().fault, Fault::closed);
}

TEST_P(FramedTest, TheMessageStandsBehindFourBytes) {
  start({say(first)});
  const auto frame = receive();
  ASSERT_TRUE(frame.has_value());
  EXPECT_THAT(frame->message(), testing::ElementsAre(1, 2, 3));
}

TEST_P(FramedTest, FramesComeWholeHoweverTheyWereCut) {
  Script byte_by_byte;
  for (const std::uint8_t byte : joined(first, second)) byte_by_byte.push_back(say({byte}));
  for (const Script& script :
       {byte_by_byte, Script{say(joined(first, second))}, Script{say(first), say(second)},
        Script{say({0, 0}), say({0, 3, 1, 2, 3, 0}), say({0, 0, 2, 4, 5})}}) {
    start(script);
    EXPECT_EQ(received(), first);
    EXPECT_EQ(received(), second);
    framed.reset();
  }
}

TEST_P(FramedTest, AFrameMayBeEmpty) {
  start({say({0, 0, 0, 0}), say(first)});
  EXPECT_EQ(received(), (wire::Bytes{0, 0, 0, 0}));
  EXPECT_EQ(received(), first);
}

TEST_P(FramedTest, TheLargestFrameIsRead) {
  const wire::Bytes largest = smb2::frame(wire::Bytes(smb2::largest_frame, 0x5a));
  start({say(largest), say(first)});
  EXPECT_TRUE(received() == largest);
  EXPECT_EQ(received(), first);
}

TEST_P(FramedTest, ALargeFrameAnnouncedAndNotSentIsATimeout) {
  start({say({0, 0xff, 0xff, 0xff, 1, 2})});
  EXPECT_EQ(receive(100ms).error().fault, Fault::timeout);
  EXPECT_FALSE(framed->is_closed());
  EXPECT_TRUE(recorded().empty()) << "the rest may come yet";
  framed->close();
  EXPECT_EQ(recorded(),
            (std::vector<Line>{{Event::received, {0, 0xff, 0xff, 0xff, 1, 2}, "an unfinished frame"},
                               {Event::closed_by_us, {}, ""}}));
}

TEST_P(FramedTest, ATimeoutKeepsTheBeginningOfAFrame) {
  start({say({0, 0, 0, 3, 1}), hear(), say({2, 3})});
  EXPECT_EQ(receive(100ms).error().fault, Fault::timeout);
  ASSERT_TRUE(run(io, framed->send(request, network->now() + 20s)).has_value());
  EXPECT_EQ(received(), first);
}

TEST_P(FramedTest, AnHttpAnswerIsNotAFrame) {
  constexpr std::string_view answer = "HTTP/1.1 400 Bad Request\r\n\r\n";
  start({say({answer.begin(), answer.end()})});
  const auto frame = receive();
  ASSERT_FALSE(frame.has_value());
  EXPECT_EQ(frame.error().fault, Fault::not_a_frame);
  EXPECT_THAT(frame.error().text, HasSubstr("0x48"));
  EXPECT_EQ(recorded(),
            (std::vector<Line>{{Event::received, {answer.begin(), answer.end()}, "not a frame"}}));
  EXPECT_EQ(receive().error().fault, Fault::not_a_frame);
}

TEST_P(FramedTest, AFrameBeforeRubbishIsStillAFrame) {
  start({say(joined(first, {0x85, 0, 0, 0}))});
  EXPECT_EQ(received(), first);
  EXPECT_EQ(receive().error().fault, Fault::not_a_frame);
}

TEST_P(FramedTest, ACloseInsideAFrameRecordsWhatHadCome) {
  start({say(first), say({0, 0, 0, 9, 1}), leave()});
  EXPECT_EQ(received(), first);
  EXPECT_EQ(receive().error().fault, Fault::closed);
  EXPECT_TRUE(framed->is_closed());
  EXPECT_EQ(receive().error().fault, Fault::closed);
  framed->close();
  EXPECT_EQ(recorded(), (std::vector<Line>{{Event::received, first, ""},
                                           {Event::received, {0, 0, 0, 9, 1}, "an unfinished frame"},
                                           {Event::closed_by_peer, {}, "closed by the peer"}}));
}

TEST_P(FramedTest, FramesNobodyAskedForAreRecordedWhenItCloses) {
  start({say(joined(first, second))});
  EXPECT_EQ(received(), first);
  framed.reset();
  const auto lines = recorded();
  // Over TCP the second may not have been read with the first.
  if (GetParam() == Medium::memory) {
    EXPECT_EQ(lines, (std::vector<Line>{{Event::received, first, ""},
                                        {Event::received, second, ""},
                                        {Event::closed_by_us, {}, ""}}));
  }
  EXPECT_EQ(lines.back().event, Event::closed_by_us);
}

TEST_P(FramedTest, ASendThatFailedIsRecordedWithItsReason) {
  start({say(first)});
  framed->close();
  EXPECT_EQ(run(io, framed->send(request, network->now() + 20s)).error().fault, Fault::closed);
  EXPECT_EQ(recorded().back(), (Line{Event::sent, request, "closed by us"}));
}

TEST(FramedOverTcp, AResetIsToldFromAClose) {
  boost::asio::io_context io;
  const ScriptedServer server(io, {hear(), reset()});
  const auto network = tcp_network(io.get_executor(), "127.0.0.1", server.port());
  auto stream = run(io, network->connect(20s));
  ASSERT_TRUE(stream.has_value());
  Recording recording;
  Framed framed(std::move(*stream), 0, *network, recording);
  ASSERT_TRUE(run(io, framed.send(request, 20s)).has_value());
  EXPECT_EQ(run(io, framed.receive(20s)).error().fault, Fault::reset);
  EXPECT_EQ(recording.back().event, Event::closed_by_peer);
  EXPECT_EQ(recording.back().note, "reset by the peer");
}

INSTANTIATE_TEST_SUITE_P(Media, FramedTest, testing::Values(Medium::memory, Medium::tcp),
                         [](const auto& test) { return test.param == Medium::memory ? "Memory" : "Tcp"; });

}  // namespace
}  // namespace transport
