// What is said to those who get the command line or a file wrong.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>

#include <filesystem>
#include <fstream>

#include "harness/cli/end_to_end/records.h"
#include "harness/cli/end_to_end/smbspec_process.h"
#include "harness/target/peers/scripted_server.h"
#include "harness/target/peers/server_process.h"

namespace cli::end_to_end {
namespace {

namespace fs = std::filesystem;
using target::peers::Folder;
using testing::AllOf;
using testing::Each;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;

auto usage_error(const testing::Matcher<const std::string&>& said) {
  return AllOf(Field("code", &Ended::code, 2), Field("out", &Ended::out, IsEmpty()),
               Field("err", &Ended::err, said));
}

void write(const fs::path& path, std::string_view text) { std::ofstream(path) << text; }

TEST(Help, NamesEveryVerbAndExitCode) {
  const Ended help = smbspec({"--help"});
  EXPECT_EQ(help.code, 0) << help;
  for (const char* verb :
       {"run", "list", "show", "coverage", "serve", "probe", "report", "selftest", "baseline"})
    EXPECT_THAT(help.out, HasSubstr(fmt::format("\n  {} ", verb)));
  for (const char* code :
       {"0 all as expected", "1 something unexpected", "2 usage", "3 target", "4 incomplete", "5 "})
    EXPECT_THAT(help.out, HasSubstr(code));
}

TEST(Help, OfRunNamesEveryFlag) {
  const Ended help = smbspec({"run", "--help"});
  EXPECT_EQ(help.code, 0) << help;
  for (const char* flag : {"SELECT",
                           "--target URL",
                           "--out DIR",
                           "--json FILE",
                           "--html FILE",
                           "--markdown FILE",
                           "--junit FILE",
                           "--junit-dialect rich|strict ",
                           "-j,--jobs N",
                           "--seed N",
                           "--shuffle",
                           "--strict",
                           "--wait-for-target TIME",
                           "--timeout-step TIME",
                           "--baseline FILE",
                           "--known NAME",
                           "--no-new-unsupported",
                           "--exclude SELECT",
                           "--setting,--reference NAME=VALUE",
                           "--memory",
                           "--cases DIR"})
    EXPECT_THAT(help.out, HasSubstr(flag));
}

TEST(Help, OfEveryVerbFitsATerminal) {
  for (const char* verb :
       {"run", "list", "show", "coverage", "serve", "probe", "report", "selftest", "baseline"}) {
    const Ended help = smbspec({verb, "--help"});
    EXPECT_EQ(help.code, 0) << help;
    EXPECT_THAT(help.out, Not(testing::ContainsRegex("[^\n]{121}"))) << help.out;
  }
}

TEST(Help, IsWhatNoArgumentsAtAllAreAnsweredWith) {
  EXPECT_THAT(smbspec({}), usage_error(HasSubstr("run ")));
}

TEST(Version, NamesTheCommit) {
  const Ended version = smbspec({"--version"});
  EXPECT_EQ(version.code, 0) << version;
  EXPECT_THAT(version.out,
              MatchesRegex("smbspec [0-9]+\\.[0-9]+\\.[0-9]+( commit [0-9a-f]{12}(-dirty)?)?\n"));
}

TEST(CommandLine, UnknownVerb) { EXPECT_THAT(smbspec({"juge"}), usage_error(HasSubstr("juge"))); }

TEST(CommandLine, UnknownFlag) {
  EXPECT_THAT(smbspec({"run", "--frobnicate"}), usage_error(HasSubstr("--frobnicate")));
}

TEST(CommandLine, UnknownJunitDialect) {
  EXPECT_THAT(smbspec({"run", "--junit-dialect", "nonsense"}),
              usage_error(AllOf(HasSubstr("nonsense"), HasSubstr("rich"), HasSubstr("strict"))));
}

TEST(CommandLine, AStrengthAddsCases) {
  const auto listed = [](const std::vector<std::string>& options) {
    std::vector<std::string> words = {"list", "session-setup/combinations"};
    words.insert(words.end(), options.begin(), options.end());
    return std::ranges::count(smbspec(words).out, '\n');
  };
  EXPECT_GT(listed({}), 1);
  EXPECT_GT(listed({"--strength", "3"}), listed({}));
  EXPECT_EQ(listed({"--strength", "2"}), listed({}));
  EXPECT_THAT(smbspec({"list", "--strength", "1"}), usage_error(HasSubstr("--strength")));
}

TEST(CommandLine, Times) {
  for (const char* flag : {"--timeout-step", "--wait-for-target"}) {
    for (const char* time : {"2", "s", "-1s", "fast", "1e30h", "nans", "infs"})
      EXPECT_THAT(smbspec({"run", flag, time}), usage_error(AllOf(HasSubstr(time), HasSubstr("200ms"))))
          << time;
  }
}

TEST(CommandLine, Numbers) {
  for (const char* jobs : {"0", "-1", "65", "many"})
    EXPECT_THAT(smbspec({"run", "-j", jobs}), usage_error(HasSubstr("jobs")));
  EXPECT_THAT(smbspec({"run", "--seed", "x"}), usage_error(HasSubstr("seed")));
  EXPECT_THAT(smbspec({"serve", "--port", "65536"}), usage_error(HasSubstr("port")));
}

TEST(CommandLine, SelectionThatMatchesNothing) {
  EXPECT_THAT(smbspec({"run", "negotiate/dialect-selectoin"}),
              usage_error(AllOf(HasSubstr("negotiate/dialect-selectoin"),
                                HasSubstr("did you mean \"negotiate/dialect-selection\""))));
  for (const char* verb : {"list", "show"})
    EXPECT_THAT(smbspec({verb, "no/such"}), usage_error(HasSubstr("no/such")));
}

TEST(CommandLine, EverythingExcluded) {
  EXPECT_THAT(smbspec({"run", "--exclude", "*"}), usage_error(HasSubstr("excluded")));
}

TEST(CommandLine, AFlagTakesOneValueAndLeavesTheRest) {
  for (const Arguments& flag :
       std::vector<Arguments>{{"--exclude", "audit"}, {"--setting", "require-signing=yes"}}) {
    Arguments arguments = {"run", "--memory", flag[0], flag[1], "negotiate/dialect-order"};
    const Ended run = smbspec(arguments);
    EXPECT_EQ(run.code, 0) << run;
    EXPECT_THAT(run.out, testing::StartsWith("7 cases against"));
  }
}

TEST(CommandLine, TargetsThatAreNone) {
  for (const char* target :
       {"127.0.0.1", "http://127.0.0.1", "smb://", "smb://127.0.0.1:0", "smb://127.0.0.1:65536"}) {
    EXPECT_THAT(smbspec({"run", "--target", target}), usage_error(HasSubstr("as in smb://127.0.0.1:4450")))
        << target;
    EXPECT_THAT(smbspec({"probe", "--target", target}), usage_error(HasSubstr("as in smb://127.0.0.1:4450")))
        << target;
  }
}

TEST(CommandLine, ATargetWithoutItsFlag) {
  EXPECT_THAT(smbspec({"run", "smb://127.0.0.1:4450"}), usage_error(HasSubstr("--target")));
}

TEST(CommandLine, SettingsAreTheEmbeddedServersAlone) {
  EXPECT_THAT(smbspec({"run", "--target", "smb://127.0.0.1:1", "--setting", "require-signing=yes"}),
              usage_error(HasSubstr("--setting")));
  EXPECT_THAT(smbspec({"run", "--target", "smb://127.0.0.1:1", "--memory"}),
              usage_error(HasSubstr("--memory")));
}

TEST(CommandLine, UnknownSetting) {
  for (const char* flag : {"--setting", "--reference"})
    EXPECT_THAT(smbspec({"run", flag, "maximum-dialekt=3.0"}), usage_error(HasSubstr("maximum-dialect")));
}

TEST(CommandLine, UnknownImplementation) {
  EXPECT_THAT(smbspec({"run", "--known", "samba-4.16"}), usage_error(HasSubstr("samba-4.17")));
}

class Files : public testing::Test {
 protected:
  std::string path(const char* name) const { return folder_.path() / name; }

 private:
  Folder folder_;
};

TEST_F(Files, ABaselineWithMistakesNamesEveryLine) {
  write(path("baseline"),
        "# smbspec baseline v1\n"
        "negotiate/dialect-none  fail  it always did\n"
        "negotiate/dialect-none[x]  fale  why\n"
        "negotiate/frame-empty  fail\n");
  EXPECT_THAT(smbspec({"run", "--baseline", path("baseline")}),
              usage_error(AllOf(HasSubstr(path("baseline") + ":3: "), HasSubstr("fale"),
                                HasSubstr(path("baseline") + ":4: "), HasSubstr("reason"))));
}

TEST_F(Files, ABaselineThatIsMissing) {
  EXPECT_THAT(smbspec({"run", "--baseline", path("none")}), usage_error(HasSubstr(path("none"))));
}

TEST_F(Files, ATableWithMistakesNamesEveryLineAndTheNearestWord) {
  fs::copy(SMBSPEC_SOURCE_DIR "/cases", path("cases"), fs::copy_options::recursive);
  write(fs::path(path("cases")) / "negotiate/broken.xml",
        R"(<scenarios message="negotiate">
  <scenario id="broken" requirement="NEG-O37" level="MUST">
    <title>Everything in it is wrong</title>
    <steps>
      <connect as="c"/>
      <request command="NEGOTIATE"><set field="Dialect" to="2.1"/></request>
      <response status="STATUS_SUCCES"/>
      <respons status="STATUS_SUCCESS"/>
    </steps>
  </scenario>
</scenarios>
)");
  for (const char* verb : {"run", "list", "coverage"}) {
    EXPECT_THAT(smbspec({verb, "--cases", path("cases")}),
                usage_error(AllOf(HasSubstr("negotiate/broken.xml:2: "), HasSubstr("\"NEG-037\""),
                                  HasSubstr("negotiate/broken.xml:6: "), HasSubstr("\"Dialects\""),
                                  HasSubstr("negotiate/broken.xml:7: "), HasSubstr("\"STATUS_SUCCESS\""),
                                  HasSubstr("negotiate/broken.xml:8: "), HasSubstr("\"response\""))));
  }
}

TEST_F(Files, ATableThatIsNoXml) {
  fs::copy(SMBSPEC_SOURCE_DIR "/cases", path("cases"), fs::copy_options::recursive);
  write(fs::path(path("cases")) / "negotiate/broken.xml", "<scenarios>\n<scenario\n");
  EXPECT_THAT(smbspec({"list", "--cases", path("cases")}), usage_error(HasSubstr("negotiate/broken.xml:")));
}

TEST_F(Files, CasesThatAreMissing) {
  EXPECT_THAT(smbspec({"list", "--cases", path("none")}), usage_error(HasSubstr(path("none"))));
  fs::create_directory(path("empty"));
  EXPECT_THAT(smbspec({"list", "--cases", path("empty")}), usage_error(HasSubstr(path("empty"))));
}

// Permissions do not stop root; these places do.
TEST_F(Files, ReportsThatCannotBeWrittenEndTheRunBeforeItBegins) {
  write(path("file"), "");
  const std::string below_a_file = path("file") + "/x";
  const std::string in_no_folder = path("none") + "/x";
  for (const Arguments& report : std::vector<Arguments>{{"--json", below_a_file},
                                                        {"--json", in_no_folder},
                                                        {"--json", "/dev/full"},
                                                        {"--json", path("")},
                                                        {"--out", path("file")},
                                                        {"--out", below_a_file},
                                                        {"--html", below_a_file},
                                                        {"--markdown", "/dev/full"},
                                                        {"--junit", below_a_file},
                                                        {"--junit", in_no_folder},
                                                        {"--junit", "/dev/full"},
                                                        {"--junit", path("")}}) {
    Arguments arguments = {"run", "--memory"};
    arguments.insert(arguments.end(), report.begin(), report.end());
    EXPECT_THAT(smbspec(arguments), usage_error(HasSubstr(report[1]))) << report[0] << ' ' << report[1];
  }
}

TEST_F(Files, ARecordThatIsNone) {
  write(path("text"), "no record");
  write(path("other.json"), "{}");
  for (const char* name : {"text", "other.json", "none"})
    EXPECT_THAT(smbspec({"report", path(name)}), usage_error(HasSubstr(path(name))));
}

// The first is held in the middle by a target that takes its connection and says nothing.
TEST_F(Files, TwoRunsShareNoRecord) {
  target::peers::ScriptedServer silent(target::peers::silent());
  SmbspecProcess first(
      {"run", "--target", loopback_url(silent.port()), "--timeout-step", "60s", "--json", path("run.json")});
  ASSERT_TRUE(eventually([&] { return fs::exists(path("run.json")) && silent.accepted() > 0; }));

  EXPECT_THAT(smbspec({"run", "--memory", "--json", path("run.json")}),
              usage_error(AllOf(HasSubstr(path("run.json")), HasSubstr("another run"))));
  EXPECT_EQ(smbspec({"run", "--memory", "--json", path("other.json")}).code, 0);
  EXPECT_EQ(count(record_at(path("other.json")), scenario::Outcome::no_verdict), 0U);

  first.signal(SIGINT);
  EXPECT_EQ(first.wait().code, 4);
  EXPECT_EQ(smbspec({"run", "--memory", "--json", path("run.json")}).code, 0);
}

TEST(Serve, APortThatIsTaken) {
  const ServedReference other;
  EXPECT_THAT(smbspec({"serve", "--port", std::to_string(other.port())}),
              usage_error(HasSubstr(std::to_string(other.port()))));
}

TEST(Serve, EndsWellWhenItIsTold) {
  for (const int signal : {SIGINT, SIGTERM}) {
    SmbspecProcess server({"serve"});
    ASSERT_TRUE(eventually([&] { return server.out().ends_with('\n'); }));
    server.signal(signal);
    EXPECT_EQ(server.wait().code, 0);
  }
}

TEST(Serve, AUserWithoutAPassword) {
  EXPECT_THAT(smbspec({"serve", "--user", "alice"}), usage_error(HasSubstr("name:password")));
}

}  // namespace
}  // namespace cli::end_to_end
