// Runs that do not reach their end: what they had found stands, and nothing looks judged that was not.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>

#include "harness/cli/end_to_end/records.h"
#include "harness/cli/end_to_end/smbspec_process.h"
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

// Cases that make one connection each.
const Arguments selection = {"negotiate/dialect-selection", "negotiate/dialect-order",
                             "negotiate/dialect-unknown-among-known"};
constexpr std::size_t good_cases = 56;

class IncompleteRun : public testing::Test {
 protected:
  std::string path(const char* name) const { return folder_.path() / name; }

  // Connections of a probe and of the cases that are to have a verdict.
  std::size_t friendly_connections() const {
    ScriptedServer counter(relay(real_.port()));
    const Ended probe = smbspec({"probe", "--target", loopback_url(counter.port())});
    EXPECT_EQ(probe.code, 0) << probe;
    return counter.accepted() + good_cases;
  }

  Arguments against(std::uint16_t port, const Arguments& further = {}) const {
    Arguments arguments = {"run",     "--target",     loopback_url(port), "--json", path("run.json"),
                           "--junit", path("run.xml")};
    arguments.insert(arguments.end(), selection.begin(), selection.end());
    arguments.insert(arguments.end(), further.begin(), further.end());
    return arguments;
  }

  // The record has the verdicts that were reached, and no others.
  scenario::RunRecord expect_the_good_ones_kept() const {
    auto record = record_at(path("run.json"));
    EXPECT_EQ(record.cases.size(), [] {
      Arguments list = {"list"};
      list.insert(list.end(), selection.begin(), selection.end());
      return std::ranges::count(smbspec(list).out, '\n');
    }());
    for (std::size_t i = 0; i < std::min(good_cases, record.cases.size()); ++i)
      EXPECT_EQ(record.cases[i].outcome, Outcome::pass) << record.cases[i].id;
    EXPECT_EQ(count(record, Outcome::pass), good_cases);
    return record;
  }

  ServedReference real_;
  Folder folder_;
};

TEST_F(IncompleteRun, OfATargetThatDiesAtCase57) {
  ScriptedServer server(relay(real_.port()), friendly_connections());
  const Ended run = smbspec(against(server.port()));
  EXPECT_EQ(run.code, 1) << run;
  const auto record = expect_the_good_ones_kept();
  const std::string& last = record.cases.at(good_cases).id;
  EXPECT_EQ(record.cases.at(good_cases).outcome, Outcome::crash);
  EXPECT_EQ(count(record, Outcome::no_verdict), record.cases.size() - good_cases - 1);
  EXPECT_THAT(record.stopped, HasSubstr(last));
  EXPECT_THAT(unwrapped(run.out), AllOf(HasSubstr("stopped answering at " + last),
                                        HasSubstr("fresh connections fail too"), Not(HasSubstr("GREEN"))));
  const Junit junit(path("run.xml"));
  EXPECT_EQ(junit.failures(), 1U);
  EXPECT_EQ(junit.errors(), record.cases.size() - good_cases - 1);
}

TEST_F(IncompleteRun, OfATargetThatDiesWithSeveralCasesUnderWay) {
  ScriptedServer server(relay(real_.port()), friendly_connections());
  const Ended run = smbspec(against(server.port(), {"-j", "8"}));
  EXPECT_THAT(run.code, testing::AnyOf(1, 4)) << run;
  const auto record = record_at(path("run.json"));
  EXPECT_GT(count(record, Outcome::pass), good_cases - 8);
  EXPECT_LE(count(record, Outcome::pass), good_cases);
  EXPECT_EQ(count(record, Outcome::fail), 0U) << run;
  EXPECT_FALSE(record.stopped.empty());
}

// A run that waits in case 57 for a target that has fallen silent, for a minute if nobody comes.
class WaitingRun : public IncompleteRun {
 protected:
  WaitingRun()
      : friendly_(friendly_connections()),
        server_([this](Visit& visit) {
          visit.number() <= friendly_ ? visit.relay_to(real_.port()) : silent()(visit);
        }),
        run_(against(server_.port(), {"--timeout-step", "60s"})) {
    EXPECT_TRUE(eventually([this] { return server_.accepted() > friendly_; }));
  }

  std::size_t friendly_;
  ScriptedServer server_;
  SmbspecProcess run_;
};

class Interrupted : public WaitingRun, public testing::WithParamInterface<int> {};

TEST_P(Interrupted, KeepsWhatItHasAndSaysSo) {
  run_.signal(GetParam());
  const Ended run = run_.wait(20s);
  EXPECT_EQ(run.code, 4) << run;
  EXPECT_THAT(run.out, AllOf(HasSubstr("interrupted"), HasSubstr("no-verdict"), Not(HasSubstr("GREEN"))));
  const auto record = expect_the_good_ones_kept();
  EXPECT_EQ(count(record, Outcome::no_verdict), record.cases.size() - good_cases);
  EXPECT_EQ(record.stopped, "interrupted");
  EXPECT_EQ(Junit(path("run.xml")).errors(), record.cases.size() - good_cases);
}

INSTANTIATE_TEST_SUITE_P(Signals, Interrupted, testing::Values(SIGINT, SIGTERM), [](const auto& info) {
  return std::string(info.param == SIGINT ? "SIGINT" : "SIGTERM");
});

TEST_F(WaitingRun, ThatIsKilledLeavesItsVerdictsToReport) {
  run_.signal(SIGKILL);
  EXPECT_EQ(run_.wait(20s).signal, SIGKILL);
  const Junit left(path("run.xml"));
  EXPECT_EQ(left.errors(), left.tests());

  const Ended report = smbspec({"report", path("run.json"), "--junit", path("late.xml")});
  EXPECT_EQ(report.code, 0) << report;
  EXPECT_THAT(report.out, AllOf(HasSubstr("the run did not end"), Not(HasSubstr("GREEN"))));
  const auto record = expect_the_good_ones_kept();
  EXPECT_EQ(Junit(path("late.xml")).errors(), record.cases.size() - good_cases);
}

TEST_F(IncompleteRun, InterruptedWhileTheTargetIsProbed) {
  ScriptedServer server(silent());
  SmbspecProcess run(against(server.port(), {"--timeout-step", "60s"}));
  ASSERT_TRUE(eventually([&] { return server.accepted() > 1; }));
  run.signal(SIGINT);
  const Ended ended = run.wait(20s);
  EXPECT_EQ(ended.code, 4) << ended;
  EXPECT_THAT(ended.out, HasSubstr("interrupted"));
  const auto record = record_at(path("run.json"));
  EXPECT_FALSE(record.unreachable);
  EXPECT_EQ(count(record, Outcome::no_verdict), record.cases.size());
}

}  // namespace
}  // namespace cli::end_to_end
