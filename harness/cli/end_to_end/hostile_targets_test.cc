// Targets that are no servers, from the start or from some connection on: a clear message and the right exit
// code, in bounded time, and never a green run.
#include <gmock/gmock.h>

#include "harness/cli/end_to_end/records.h"
#include "harness/cli/end_to_end/smbspec_process.h"
#include "harness/target/peers/loopback.h"
#include "harness/target/peers/scripted_server.h"
#include "harness/target/peers/server_process.h"

namespace cli::end_to_end {
namespace {

using namespace target::peers;
using namespace std::chrono_literals;
using scenario::Outcome;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

using Clock = std::chrono::steady_clock;

struct Behaviour {
  const char* name;
  Script script;
  const char* seen;  // what a run says of a target that never did anything else
};

void PrintTo(const Behaviour& behaviour, std::ostream* out) { *out << behaviour.name; }

class Hostile : public testing::TestWithParam<Behaviour> {
 protected:
  std::string path(const char* name) const { return folder_.path() / name; }

  Ended judge(std::uint16_t port, Arguments further = {}) {
    Arguments arguments = {"run",    "--target",       loopback_url(port), "--timeout-step", "200ms",
                           "--json", path("run.json"), "--junit",          path("run.xml")};
    arguments.insert(arguments.end(), further.begin(), further.end());
    return smbspec(arguments, {}, 30s);
  }

  // What every report says of a target that could not be judged.
  void expect_nothing_judged(const Ended& run, std::string_view seen) {
    EXPECT_EQ(run.code, 3) << run;
    EXPECT_THAT(unwrapped(run.out), AllOf(HasSubstr(seen), Not(HasSubstr("GREEN"))));
    const auto record = record_at(path("run.json"));
    EXPECT_TRUE(record.unreachable);
    EXPECT_THAT(record.stopped, HasSubstr(seen));
    EXPECT_FALSE(record.cases.empty());
    EXPECT_EQ(count(record, Outcome::no_verdict), record.cases.size());
    const Junit junit(path("run.xml"));
    EXPECT_EQ(junit.errors(), record.cases.size());
    EXPECT_EQ(junit.tests(), record.cases.size());
  }

  Folder folder_;
};

TEST_P(Hostile, FromTheStartIsNeverJudged) {
  ScriptedServer server(GetParam().script);
  expect_nothing_judged(judge(server.port()), GetParam().seen);
}

TEST_P(Hostile, FromTheStartIsNotProbed) {
  ScriptedServer server(GetParam().script);
  const Ended probe =
      smbspec({"probe", "--target", loopback_url(server.port()), "--timeout-step", "200ms"}, {}, 30s);
  EXPECT_EQ(probe.code, 3) << probe;
  EXPECT_THAT(probe.err, HasSubstr(GetParam().seen));
}

// How many connections looking at the target takes before the first case has one.
std::size_t connections_of_a_probe(std::uint16_t port) {
  ScriptedServer counter(relay(port));
  const Ended probe = smbspec({"probe", "--target", loopback_url(counter.port())});
  EXPECT_EQ(probe.code, 0) << probe;
  return counter.accepted();
}

TEST_P(Hostile, AfterTheProbeIsRed) {
  const ServedReference real;
  const std::size_t friendly = connections_of_a_probe(real.port()) + 2;
  ScriptedServer server([&](Visit& visit) {
    visit.number() <= friendly ? visit.relay_to(real.port()) : GetParam().script(visit);
  });
  const Ended run = judge(server.port(), {"negotiate/dialect-selection", "negotiate/dialect-order"});
  EXPECT_EQ(run.code, 1) << run;
  EXPECT_THAT(run.out, Not(HasSubstr("GREEN")));
  const auto record = record_at(path("run.json"));
  EXPECT_FALSE(record.unreachable);
  EXPECT_EQ(count(record, Outcome::pass), 2U);
  EXPECT_GT(count(record, Outcome::fail) + count(record, Outcome::crash), 0U);
  const Junit junit(path("run.xml"));
  EXPECT_EQ(junit.failures() + junit.errors(), record.cases.size() - 2);
}

INSTANTIATE_TEST_SUITE_P(
    Targets, Hostile,
    testing::Values(Behaviour{"Silent", silent(), "nothing came"},
                    Behaviour{"OneByteASecond", trickle(), "in the middle of a frame, after 1 byte"},
                    Behaviour{"OneByteEvery20Milliseconds", trickle(20ms), "in the middle of a frame"},
                    Behaviour{"SixteenMebibytes", flood(), "in the middle of a frame"},
                    Behaviour{"AFrameOfSixteenMebibytes", flood(4 + 0xffffff), "no NEGOTIATE response"},
                    Behaviour{"Http", http(), "0x48"},
                    Behaviour{"ClosesInTheMiddleOfAReply", cut_reply(), "in the middle of a frame"},
                    Behaviour{"ClosesAtOnce", [](Visit&) {}, "the peer"},
                    Behaviour{"EchoesWhatItIsSent", answer([](wire::View request) {
                                return wire::Bytes(request.begin(), request.end());
                              }),
                              "no NEGOTIATE response"}),
    [](const auto& info) { return info.param.name; });

class Absent : public Hostile {};

TEST_F(Absent, IsToldAtOnce) {
  const ReservedPort nobody;
  const auto start = Clock::now();
  expect_nothing_judged(judge(nobody.number()), "refused");
  EXPECT_LT(Clock::now() - start, 15s);
}

TEST_F(Absent, IsWaitedForAsLongAsAsked) {
  const ReservedPort nobody;
  const auto start = Clock::now();
  expect_nothing_judged(judge(nobody.number(), {"--wait-for-target", "1s"}), "refused");
  EXPECT_GE(Clock::now() - start, 1s);
}

// The target begins to listen once the first attempt has been made, which the record tells.
TEST_F(Absent, IsJudgedOnceItIsThere) {
  std::uint16_t port = 0;
  {
    port = ReservedPort().number();
  }
  SmbspecProcess run({"run", "--target", loopback_url(port), "--wait-for-target", "30s", "--json",
                      path("run.json"), "negotiate/dialect-selection"});
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(path("run.json")); }));
  EXPECT_FALSE(eventually([&] { return !run.out().empty(); }, 300ms));
  SmbspecProcess server({"serve", "--port", std::to_string(port)});
  const Ended ended = run.wait(60s);
  EXPECT_EQ(ended.code, 0) << ended << server.out();
}

}  // namespace
}  // namespace cli::end_to_end
