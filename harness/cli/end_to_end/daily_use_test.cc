// What a CI job and a developer of a server do with a run: a part of the suite, again and again, in shards,
// and the evidence of what failed.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>

#include "harness/cli/end_to_end/records.h"
#include "harness/cli/end_to_end/smbspec_process.h"
#include "harness/target/peers/not_started.h"
#include "harness/target/peers/server_process.h"

namespace cli::end_to_end {
namespace {

namespace fs = std::filesystem;
using namespace target::peers;
using namespace std::chrono_literals;
using scenario::Outcome;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// One case that is right, and one that a server which keeps to the specification fails: what it is about is
// sealed.
constexpr std::string_view table = R"(<scenarios message="echo">
  <scenario id="right" requirement="ECH-007" level="MUST">
    <title>An ECHO is answered</title>
    <setup><connect as="c" dialect="3.1.1"/><session as="s" on="c"/></setup>
    <steps><request command="ECHO" session="s"/><response/></steps>
  </scenario>
  <scenario id="wrong" requirement="ECH-007" level="MUST" dialects="3.1.1">
    <title>A sealed ECHO is refused</title>
    <row id="sealed" status="STATUS_ACCESS_DENIED"/>
    <setup><connect as="c" dialect="3.1.1"/><session as="s" on="c"/></setup>
    <steps><request command="ECHO" session="s" seal="yes"/><response status="$status"/></steps>
  </scenario>
</scenarios>
)";

class DailyUse : public testing::Test {
 protected:
  DailyUse() {
    const fs::path source = fs::path(SMBSPEC_SOURCE_DIR) / "cases" / "requirements";
    fs::create_directories(cases_ / "echo");
    fs::copy(source, cases_ / "requirements");
    std::ofstream(cases_ / "echo" / "echo.xml") << table;
  }

  std::string path(const std::string& name) const { return folder_.path() / name; }

  // Of two cases one that fails.
  Ended run(const Arguments& further) const {
    Arguments arguments = {"run", "--cases", cases_.string(), "--exclude", "audit/*"};
    arguments.insert(arguments.end(), further.begin(), further.end());
    return smbspec(arguments);
  }

  Folder folder_;
  fs::path cases_ = folder_.path() / "cases";
};

TEST_F(DailyUse, AProfileSelectsAndIsInTheRecord) {
  const Ended gate =
      smbspec({"run", "negotiate", "--memory", "--profile", "gate", "--json", path("run.json")});
  EXPECT_EQ(gate.code, 0) << gate;
  const auto record = record_at(path("run.json"));
  EXPECT_EQ(record.profile, "gate");
  EXPECT_FALSE(record.whole_suite);
  std::map<std::string, unsigned> rows;
  for (const std::string& id : ids(record)) ++rows[id.substr(0, id.find('['))];
  EXPECT_GT(rows.size(), 100U);
  for (const auto& [scenario, count] : rows) EXPECT_LE(count, 3U) << scenario;
  EXPECT_EQ(smbspec({"list", "negotiate", "--profile", "gate"}).code, 0);
}

TEST_F(DailyUse, TheCommandLineWinsOverAProfile) {
  std::ofstream(path("mine.profile")) << "seed 7\nrows 1\n";
  EXPECT_EQ(smbspec({"run", "echo", "--memory", "--profile", path("mine.profile"), "--rows", "2", "--json",
                     path("run.json")})
                .code,
            0);
  const auto record = record_at(path("run.json"));
  EXPECT_EQ(record.seed, 7U);
  EXPECT_THAT(record.selection, testing::ElementsAre("echo", "--rows", "2"));
}

TEST_F(DailyUse, WhatIsWrongWithAProfileHasAPlace) {
  for (const auto& [text, what] : std::map<std::string, std::string>{
           {"# why\nrow 3\n",
            "mine.profile:2: row: no option that a profile may have; did you mean \"rows\"?"},
           {"rows three\n", "mine.profile:1: rows: "},
           {"profile gate\n", "mine.profile:1: profile: "},
           {"budget 5\n", "mine.profile:1: budget: "}}) {
    std::ofstream(path("mine.profile")) << text;
    const Ended ended = smbspec({"run", "--memory", "--profile", path("mine.profile")});
    EXPECT_EQ(ended.code, 2) << text;
    EXPECT_THAT(ended.err, HasSubstr(what));
  }
}

TEST_F(DailyUse, ShardsTogetherAreTheRun) {
  const Arguments selection = {"run", "negotiate", "--memory", "--seed", "3"};
  const auto shard = [&](unsigned index) {
    Arguments arguments = selection;
    for (const std::string& word : {std::string("--shard"), fmt::format("{}/3", index), std::string("--json"),
                                    path(fmt::format("{}.json", index))})
      arguments.push_back(word);
    EXPECT_EQ(smbspec(arguments).code, 0);
  };
  for (const unsigned index : {1U, 2U, 3U}) shard(index);
  Arguments whole = selection;
  whole.insert(whole.end(), {"--json", path("whole.json")});
  EXPECT_EQ(smbspec(whole).code, 0);

  const Ended joined = smbspec({"report", path("3.json"), path("1.json"), path("2.json")});
  EXPECT_EQ(joined.code, 0) << joined;
  const std::size_t cases = record_at(path("whole.json")).cases.size();
  EXPECT_THAT(joined.out, AllOf(HasSubstr(fmt::format("{} cases against", cases)), HasSubstr("GREEN")));
  EXPECT_EQ(smbspec({"report", "--exit-code", path("3.json"), path("1.json")}).code, 4);
  EXPECT_THAT(smbspec({"report", path("3.json"), path("1.json")}).out,
              AllOf(HasSubstr("of 3 shards these are missing: 2"), Not(HasSubstr("GREEN"))));
  const Ended mixed = smbspec({"report", path("1.json"), path("whole.json")});
  EXPECT_EQ(mixed.code, 2);
}

TEST_F(DailyUse, WhatFailedRunsAgain) {
  const Ended first = run({"--json", path("run.json")});
  EXPECT_EQ(first.code, 1) << first;
  EXPECT_THAT(first.out, HasSubstr("--failed-in '" + path("run.json") + "'"));
  const Ended again = run({"--failed-in", path("run.json"), "--json", path("again.json")});
  EXPECT_EQ(again.code, 1);
  EXPECT_THAT(ids(record_at(path("again.json"))), testing::ElementsAre("echo/wrong[sealed]"));
  EXPECT_EQ(run({"echo/right", "--json", path("green.json")}).code, 0);
  const Ended none = run({"--failed-in", path("green.json")});
  EXPECT_EQ(none.code, 2);
  EXPECT_THAT(none.err, HasSubstr("everything is as expected in"));
}

TEST_F(DailyUse, RepeatedCasesTellEveryDraw) {
  EXPECT_EQ(run({"--repeat", "3", "--json", path("run.json")}).code, 1);
  const auto record = record_at(path("run.json"));
  EXPECT_EQ(record.repeats, 3U);
  for (const auto& result : record.cases) EXPECT_EQ(result.draws.size(), 3U) << result.id;
}

TEST_F(DailyUse, ARunStopsWhenItIsAskedTo) {
  const Ended until = run({"--until-fail", "--memory", "--json", path("until.json")});
  EXPECT_EQ(until.code, 1);
  EXPECT_THAT(record_at(path("until.json")).stopped, HasSubstr("after 1 unexpected result"));
  const Ended fast = run({"--fail-fast", "--json", path("fast.json")});
  EXPECT_EQ(fast.code, 1);
  EXPECT_THAT(record_at(path("fast.json")).stopped, HasSubstr("after 1 unexpected result"));
  const Ended budget = smbspec({"run", "--memory", "--budget", "1ms", "--json", path("budget.json")});
  EXPECT_EQ(budget.code, 4) << budget;
  EXPECT_THAT(budget.out, HasSubstr("the time given by --budget is spent"));
}

TEST_F(DailyUse, AFailureLeavesEvidenceThatReplays) {
  const Ended first = run({"--out", path("out")});
  EXPECT_EQ(first.code, 1) << first;
  const auto record = record_at(path("out/run.json"));
  const std::string folder = "evidence/echo/wrong/sealed";
  EXPECT_EQ(record.cases.at(1).evidence, folder);
  EXPECT_FALSE(fs::exists(path("out/evidence/echo/right")));
  EXPECT_THAT(
      text_of(path("out/" + folder + "/case.txt")),
      AllOf(HasSubstr("UNEXPECTED FAIL  echo/wrong[sealed]"), HasSubstr("expected"), HasSubstr("again")));

  const Ended again = smbspec({"replay", path("out/" + folder + "/case.json"), "--cases", cases_.string()});
  EXPECT_EQ(again.code, 1) << again;
  EXPECT_THAT(again.out, HasSubstr("The same as recorded: fail: Status is STATUS_SUCCESS"));
  const Ended whole = smbspec({"replay", path("out/run.json"), "--cases", cases_.string()});
  EXPECT_EQ(whole.code, 2);
  EXPECT_THAT(whole.err, HasSubstr("--failed-in"));
}

TEST_F(DailyUse, AReplayTellsWhatHasChanged) {
  EXPECT_EQ(run({"--out", path("out")}).code, 1);
  std::string mended(table);
  mended.replace(mended.find("STATUS_ACCESS_DENIED"), std::string_view("STATUS_ACCESS_DENIED").size(),
                 "STATUS_SUCCESS");
  std::ofstream(cases_ / "echo" / "echo.xml") << mended;
  const Ended again =
      smbspec({"replay", path("out/evidence/echo/wrong/sealed/case.json"), "--cases", cases_.string()});
  EXPECT_EQ(again.code, 0) << again;
  EXPECT_THAT(again.out, HasSubstr("Not what was recorded: fail: "));
}

TEST_F(DailyUse, TheEvidenceOpensDecrypted) {
  if (find_program("tshark").empty()) return cannot_run({NotStarted::Why::absent, "tshark is not installed"});
  EXPECT_EQ(run({"--out", path("out")}).code, 1);
  const ProgramEnd text =
      run_to_end({path("out/evidence/echo/wrong/sealed/open.sh"), "-Y", "smb2.cmd == 13"}, "", 60s);
  EXPECT_EQ(text.code, 0) << text.output;
  EXPECT_THAT(text.output, AllOf(HasSubstr("KeepAlive Request"), HasSubstr("KeepAlive Response")));
}

TEST_F(DailyUse, WithoutSecretsNothingOpensThem) {
  EXPECT_EQ(run({"--out", path("out"), "--no-secrets"}).code, 1);
  for (const auto& entry : fs::recursive_directory_iterator(path("out"))) {
    EXPECT_THAT(entry.path().extension(), testing::AnyOf("", ".json", ".txt")) << entry.path();
    if (entry.is_regular_file())
      EXPECT_THAT(text_of(entry.path()), Not(HasSubstr("4e544c4d53535000"
                                                       "03")))
          << entry.path();
  }
  const Ended both = run({"--pcap", path("run.pcapng"), "--no-secrets"});
  EXPECT_EQ(both.code, 2) << both;
}

TEST_F(DailyUse, EvidenceOfAnEarlierRunIsNotTakenForThisOnes) {
  EXPECT_EQ(run({"--out", path("out")}).code, 1);
  EXPECT_EQ(run({"echo/right", "--out", path("out")}).code, 0);
  EXPECT_FALSE(fs::exists(path("out/evidence")));
}

}  // namespace
}  // namespace cli::end_to_end
