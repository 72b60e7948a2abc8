// A server as its target file describes it: started, watched, and gone when the run is over.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>

#include "harness/cli/end_to_end/records.h"
#include "harness/cli/end_to_end/smbspec_process.h"
#include "harness/target/peers/loopback.h"
#include "harness/target/peers/server_process.h"

namespace cli::end_to_end {
namespace {

using namespace target::peers;
using scenario::Outcome;
using testing::AllOf;
using testing::HasSubstr;

class TargetFiles : public testing::Test {
 protected:
  std::string path(const char* name) const { return folder_.path() / name; }

  // A target file on a port that is free, with the reference server behind `start`.
  std::string file(std::string_view start, std::string_view more = "",
                   const std::string& host = "127.0.0.1") const {
    const std::string name = path("server.xml");
    std::ofstream(name) << fmt::format(
        "<target address=\"smb://{}:{}\">\n<account user=\"alice\" password-env=\"ALICE\"/>\n"
        "<share kind=\"disk\" name=\"data\"/>\n{}<start command=\"{}\" within=\"30s\"/>\n</target>\n",
        host, port_.number(), more, start);
    return name;
  }

  std::string serve(std::string_view further = "") const {
    return fmt::format("exec {} serve --port {} --user alice:secret --share data {}", SMBSPEC_BINARY,
                       port_.number(), further);
  }

  Ended run(const std::string& target, const Arguments& further = {},
            const Environment& environment = {{"ALICE", "secret"}}) const {
    Arguments arguments = {"run", "logoff", "--target", target, "--json", path("run.json")};
    arguments.insert(arguments.end(), further.begin(), further.end());
    return smbspec(arguments, environment);
  }

  bool is_gone() const { return !connect_to(port_.number()); }

  Folder folder_;
  ReservedPort port_;
};

TEST_F(TargetFiles, StartTheServerAndEndItWithTheRun) {
  const Ended ended = run(file(serve()));
  EXPECT_EQ(ended.code, 0) << ended;
  const auto record = record_at(path("run.json"));
  EXPECT_GT(count(record, Outcome::pass), 20U);
  EXPECT_TRUE(is_gone());
}

TEST_F(TargetFiles, StartTheServerForAReplayToo) {
  EXPECT_EQ(run(file(serve()), {"--out", path("out"), "--evidence", "all"}).code, 0);
  const Ended again =
      smbspec({"replay", path("out/evidence/logoff/logoff/dialect=3.1.1/case.json")}, {{"ALICE", "secret"}});
  EXPECT_EQ(again.code, 0) << again;
  EXPECT_THAT(again.out, HasSubstr("The same as recorded: pass"));
}

TEST_F(TargetFiles, AServerOfIPv6OrByName) {
  EXPECT_EQ(run(file(serve("--listen ::1"), "", "[::1]")).code, 0);
  EXPECT_GT(count(record_at(path("run.json")), Outcome::pass), 20U);
  EXPECT_EQ(run(file(serve(), "", "localhost")).code, 0);
  EXPECT_GT(count(record_at(path("run.json")), Outcome::pass), 20U);
}

TEST_F(TargetFiles, ACrashInTheLogIsOneCases) {
  // Its child died, says the log, and the next client is served all the same.
  const std::string start = fmt::format(
      "(until [ -e go ]; do sleep 0.01; done; echo PANIC: child died &gt;&gt; log) &amp; {}", serve());
  const std::string target = file(start, "<log file=\"log\"/>\n");
  Arguments arguments = {"run", "negotiate", "logoff", "--target", target, "--json", path("run.json")};
  SmbspecProcess process(arguments, {{"ALICE", "secret"}});
  ASSERT_TRUE(eventually([&] { return text_of(path("run.json.partial")).contains("negotiate/"); }));
  std::ofstream(path("go")) << "\n";
  const Ended ended = process.wait();
  EXPECT_EQ(ended.code, 1) << ended;
  const auto record = record_at(path("run.json"));
  EXPECT_EQ(count(record, Outcome::crash), 1U);
  EXPECT_EQ(count(record, Outcome::no_verdict), 0U);
  EXPECT_THAT(ended.out, HasSubstr("PANIC: child died"));
  EXPECT_TRUE(is_gone());
}

TEST_F(TargetFiles, AServerThatDoesNotComeUpIsNeverReached) {
  const Ended ends = run(file("echo no licence &gt;&amp;2; exit 1"));
  EXPECT_EQ(ends.code, 3) << ends;
  EXPECT_THAT(unwrapped(ends.out), HasSubstr("nothing was judged"));
  EXPECT_EQ(scenario::exit_code(record_at(path("run.json"))), 3);
}

TEST_F(TargetFiles, WhatIsWrongWithThemHasAPlace) {
  const Ended absent = run(path("nowhere.xml"));
  EXPECT_EQ(absent.code, 2);
  EXPECT_THAT(absent.err, HasSubstr("nowhere.xml"));
  const Ended variable = run(file(serve()), {}, {});
  EXPECT_EQ(variable.code, 2) << variable;
  EXPECT_THAT(variable.err, HasSubstr("ALICE"));
  const Ended element = run(file(serve(), "<lgo file=\"x\"/>\n"));
  EXPECT_EQ(element.code, 2);
  EXPECT_THAT(element.err, AllOf(HasSubstr("server.xml:4"), HasSubstr("lgo")));
  const Ended setting = run(file(serve(), "<server settings=\"sign=yes\" address=\"smb://127.0.0.1:1\"/>\n"));
  EXPECT_EQ(setting.code, 2) << setting;
  const Ended latitude = run(file(serve(), "<accepts latitude=\"drops-insted\"/>\n"));
  EXPECT_EQ(latitude.code, 2);
  EXPECT_THAT(latitude.err, HasSubstr("drops-insted"));
}

TEST_F(TargetFiles, ACaseThatAsksForASettingRunsOnThePortThatHasIt) {
  const ServedReference strict(
      {"--user", "alice:secret", "--share", "data", "--setting", "require-signing=yes"});
  const std::string more =
      fmt::format("<server settings=\"require-signing=yes\" address=\"{}\"/>\n", strict.url());
  const std::string target = file(serve(), more);
  const Ended ended = smbspec({"run", "--target", target, "--json", path("run.json"), "session-setup",
                               "negotiate/server*", "signing"},
                              {{"ALICE", "secret"}});
  const auto with = record_at(path("run.json"));
  const std::string_view why = "needs a server with require-signing=yes";
  EXPECT_EQ(std::ranges::count(with.cases, why, &scenario::CaseResult::message), 0) << ended;
  smbspec({"run", "--target", file(serve()), "--json", path("run.json"), "session-setup", "negotiate/server*",
           "signing"},
          {{"ALICE", "secret"}});
  EXPECT_GT(std::ranges::count(record_at(path("run.json")).cases, why, &scenario::CaseResult::message), 0);
}

}  // namespace
}  // namespace cli::end_to_end
