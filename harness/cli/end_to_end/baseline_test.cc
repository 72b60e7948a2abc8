// A baseline from the first red run on, as its keeper meets it.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "harness/cli/end_to_end/records.h"
#include "harness/cli/end_to_end/smbspec_process.h"
#include "harness/target/peers/server_process.h"

namespace cli::end_to_end {
namespace {

namespace fs = std::filesystem;
using scenario::Outcome;
using target::peers::text_of;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// A suite of few cases, of which some want the impossible.
class Baselines : public testing::Test {
 protected:
  Baselines() {
    const fs::path cases = SMBSPEC_SOURCE_DIR "/cases";
    for (const char* folder : {"cases/requirements", "cases/negotiate"}) fs::create_directories(path(folder));
    for (const char* file : {"requirements/requirements.tsv", "negotiate/dialects.xml"})
      fs::copy_file(cases / file, path("cases") + "/" + file);
    want("3.0");
  }

  std::string path(const std::string& name) const { return folder_.path() / name; }

  // What the rows of negotiate/impossible want to be agreed on where 2.1 is offered.
  void want(const std::string& dialect) const {
    std::ofstream(path("cases/negotiate/impossible.xml")) << fmt::format(R"(<scenarios message="negotiate">
  <scenario id="impossible" requirement="NEG-037" level="MUST">
    <title>A server agrees to a dialect that nobody offered</title>
    <row id="once" offered="2.1"/>
    <row id="twice" offered="2.1 2.1"/>
    <steps>
      <connect as="c"/>
      <request command="NEGOTIATE"><set field="Dialects" to="$offered"/></request>
      <response status="STATUS_SUCCESS"><check field="DialectRevision" is="{}"/></response>
    </steps>
  </scenario>
</scenarios>
)",
                                                                         dialect);
  }

  // So many whole runs, the paths of their records.
  Arguments runs(int count, const std::string& name, const Arguments& further = {}) const {
    Arguments paths;
    for (int i = 0; i < count; ++i) {
      paths.push_back(path(fmt::format("{}{}.json", name, i)));
      Arguments arguments = {"run", "--memory", "--cases", path("cases"), "--json", paths.back()};
      arguments.insert(arguments.end(), further.begin(), further.end());
      smbspec(arguments);
    }
    return paths;
  }

  Ended baseline(const std::string& verb, const Arguments& records, const Arguments& further = {}) const {
    Arguments arguments = {"baseline", verb, path("b"), "--cases", path("cases")};
    arguments.insert(arguments.end(), further.begin(), further.end());
    arguments.insert(arguments.end(), records.begin(), records.end());
    return smbspec(arguments);
  }

  void append(const std::string& line) const { std::ofstream(path("b"), std::ios::app) << line << '\n'; }

  target::peers::Folder folder_;
};

TEST_F(Baselines, MakeARedSuiteGreenAndNoticeEveryChange) {
  const Arguments red = runs(3, "red");
  const Ended dry = baseline("update", red, {"--dry-run"});
  EXPECT_EQ(dry.code, 0) << dry;
  EXPECT_THAT(dry.out, HasSubstr("+negotiate/impossible[*]  fail  \"DialectRevision is 2.1 (0x0210)\"  "
                                 "UNEXPLAINED: NEG-037: "));
  EXPECT_FALSE(fs::exists(path("b")));

  EXPECT_EQ(baseline("update", red).code, 0);
  const std::string text = text_of(path("b"));
  EXPECT_THAT(text,
              AllOf(StartsWith("# smbspec baseline v1   suite "), HasSubstr("negotiate/impossible[*]")));
  EXPECT_EQ(baseline("check", red).code, 0);
  const Ended again = baseline("update", red);
  EXPECT_THAT(again.out, AllOf(Not(HasSubstr("@@")), HasSubstr("0 lines added, 0 removed")));
  EXPECT_EQ(text_of(path("b")), text);
  const Ended run = smbspec({"run", "--memory", "--cases", path("cases"), "--baseline", path("b")});
  EXPECT_EQ(run.code, 0) << run;

  // A line that nobody needs, a message that never comes.
  append("negotiate/dialect-selection[offered=2.1]  fail  it was mended");
  const Ended stale = baseline("check", red);
  EXPECT_EQ(stale.code, 1) << stale;
  EXPECT_THAT(unwrapped(stale.out),
              HasSubstr(path("b") + ":3: negotiate/dialect-selection[offered=2.1] passes"));
  std::ofstream(path("b")) << "# smbspec baseline v1\nnegotiate/impossible[*]  fail  \"no answer\"  mine\n";
  const Ended other = baseline("check", red);
  EXPECT_EQ(other.code, 1) << other;
  EXPECT_THAT(unwrapped(other.out),
              HasSubstr("differs: \"DialectRevision is 2.1 (0x0210), not 3.0 (0x0300)\""));
}

TEST_F(Baselines, KeepALineUntilItHasPassedOftenEnough) {
  baseline("update", runs(3, "red"));
  want("2.1");
  const Arguments green = runs(3, "green");
  EXPECT_EQ(baseline("check", green).code, 1);
  EXPECT_EQ(baseline("update", green).code, 0);
  EXPECT_THAT(text_of(path("b")), HasSubstr("negotiate/impossible[*]  fail|pass 0/3  \""));
  EXPECT_EQ(baseline("check", green).code, 0);
  const Ended dropped = baseline("update", green, {"--drop-after", "3"});
  EXPECT_EQ(dropped.code, 0) << dropped;
  EXPECT_THAT(dropped.out, HasSubstr("-negotiate/impossible[*]  fail|pass 0/3"));
  EXPECT_THAT(text_of(path("b")), Not(HasSubstr("impossible")));
}

TEST_F(Baselines, RestOnWholeRunsAlone) {
  const auto refused = [&](const Arguments& records, const std::string& why) {
    const Ended update = baseline("update", records);
    EXPECT_EQ(update.code, 2) << update;
    EXPECT_THAT(update.err, HasSubstr(why));
    EXPECT_FALSE(fs::exists(path("b")));
  };
  const Arguments whole = runs(2, "whole");
  refused(whole, "3 draws at least are wanted, these are 2: run with --repeat 3");
  refused({whole[0], whole[1], whole[1]}, "given twice");
  refused({whole[0], whole[1], runs(1, "part", {"negotiate/impossible"})[0]},
          "part0.json: a part of the suite");
  refused({whole[0], path("none.json")}, "none.json: cannot be read");
  want("2.1");
  fs::remove(path("cases/negotiate/dialects.xml"));
  refused({whole[0], whole[1], runs(1, "other")[0]}, "judge different cases");
}

TEST_F(Baselines, TellWhatMayBeUnsupported) {
  const Arguments full = runs(3, "full");
  baseline("update", full);
  EXPECT_EQ(baseline("check", full, {"--no-new-unsupported"}).code,
            1);  // audit rules that nothing falls under
  baseline("update", full, {"--unsupported"});
  EXPECT_EQ(baseline("check", full, {"--no-new-unsupported"}).code, 0);
  const Arguments less = runs(1, "less", {"--setting", "maximum-dialect=3.0"});
  EXPECT_GT(count(record_at(less[0]), Outcome::unsupported), count(record_at(full[0]), Outcome::unsupported));
  EXPECT_EQ(baseline("check", less).code, 0);
  const Ended lost = baseline("check", less, {"--no-new-unsupported"});
  EXPECT_EQ(lost.code, 1) << lost;
  EXPECT_THAT(lost.out, HasSubstr("unsupported"));
  const Ended run = smbspec({"run", "--memory", "--cases", path("cases"), "--setting", "maximum-dialect=3.0",
                             "--baseline", path("b"), "--no-new-unsupported"});
  EXPECT_EQ(run.code, 1) << run;
}

TEST_F(Baselines, SayWhichLineSpeaksOfWhat) {
  const Arguments red = runs(3, "red");
  baseline("update", red);
  const Ended explained = baseline("explain", red);
  EXPECT_EQ(explained.code, 0) << explained;
  EXPECT_THAT(explained.out,
              HasSubstr("\n  negotiate/impossible[once]  fail\n  negotiate/impossible[twice]  fail\n"));
}

TEST_F(Baselines, FollowACaseThatIsCalledOtherwiseNow) {
  std::ofstream(path("cases/aliases.tsv")) << "old\tnow\nnegotiate/unheard-of\tnegotiate/impossible\n";
  std::ofstream(path("b")) << "# smbspec baseline v1\nnegotiate/unheard-of[*]  fail  mine\n";
  const Arguments red = runs(3, "red");
  const Ended check = baseline("check", red);
  EXPECT_EQ(check.code, 1) << check;
  EXPECT_THAT(unwrapped(check.out),
              HasSubstr("negotiate/unheard-of[*] is called negotiate/impossible[*] now"));
  EXPECT_EQ(baseline("update", red).code, 0);
  EXPECT_EQ(text_of(path("b")), "# smbspec baseline v1\nnegotiate/impossible[*]  fail  mine\n");
}

TEST_F(Baselines, ThatEndAreAProblemAPersonHasToSolve) {
  std::ofstream(path("b"))
      << "# smbspec baseline v1\nnegotiate/impossible[*]  fail  until=2020-01-31  mine\n";
  const Arguments red = runs(3, "red");
  EXPECT_EQ(baseline("check", red).code, 1);
  const Ended update = baseline("update", red);
  EXPECT_EQ(update.code, 1) << update;
  EXPECT_THAT(update.out, HasSubstr("was expected until 2020-01-31"));
}

TEST_F(Baselines, ThatAreWrongAreLeftAlone) {
  std::ofstream(path("b")) << "negotiate/impossible[*]  fail  mine\n";
  const Arguments red = runs(3, "red");
  for (const char* verb : {"update", "check", "explain"}) {
    const Ended ended = baseline(verb, red);
    EXPECT_EQ(ended.code, 2) << ended;
    EXPECT_THAT(ended.err, HasSubstr(path("b") + ":1: not a baseline"));
  }
  EXPECT_EQ(text_of(path("b")), "negotiate/impossible[*]  fail  mine\n");
}

TEST(Baseline, HelpIsEnoughToStart) {
  const Ended help = smbspec({"baseline", "--help"});
  EXPECT_EQ(help.code, 0) << help;
  for (const char* what :
       {"fail|pass 3/10", "until=", "unsupported", "--repeat 3", "baseline update", "--baseline"})
    EXPECT_THAT(help.out, HasSubstr(what));
  EXPECT_EQ(smbspec({"baseline"}).code, 2);
  EXPECT_THAT(smbspec({"baseline", "chek"}).err, HasSubstr("did you mean \"check\"?"));
}

}  // namespace
}  // namespace cli::end_to_end
