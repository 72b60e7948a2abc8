// A password is nowhere in what smbspec prints or writes, wherever it came from.
#include <gmock/gmock.h>

#include <fstream>

#include "harness/cli/end_to_end/smbspec_process.h"
#include "harness/target/peers/scripted_server.h"
#include "harness/target/peers/server_process.h"

namespace cli::end_to_end {
namespace {

using namespace target::peers;
using testing::HasSubstr;
using testing::Not;

const std::string password = "Hush4ever";

auto is_silent_about_it() {
  return testing::AllOf(testing::Field("out", &Ended::out, Not(HasSubstr(password))),
                        testing::Field("err", &Ended::err, Not(HasSubstr(password))));
}

class Password : public testing::Test {
 protected:
  std::string path(const char* name) const { return folder_.path() / name; }

  // A red run and what it writes; the target answers every case wrongly.
  void judge(const std::string& url, const Arguments& further = {}, const Environment& environment = {}) {
    ScriptedServer wrong(
        [this](Visit& visit) { visit.number() < 30 ? visit.relay_to(real_.port()) : http()(visit); });
    Arguments arguments = {
        "run",     "--target",      url + std::to_string(wrong.port()), "--json", path("run.json"),
        "--junit", path("run.xml"), "negotiate/dialect-selection"};
    arguments.insert(arguments.end(), further.begin(), further.end());
    const Ended run = smbspec(arguments, environment);
    EXPECT_EQ(run.code, 1) << run;
    EXPECT_THAT(run.out, HasSubstr("alice@127.0.0.1"));
    EXPECT_THAT(run, is_silent_about_it());
    EXPECT_THAT(text_of(path("run.json")), Not(HasSubstr(password)));
    EXPECT_THAT(text_of(path("run.xml")), Not(HasSubstr(password)));
    EXPECT_THAT(smbspec({"report", path("run.json")}), is_silent_about_it());
  }

  ServedReference real_{Arguments{"--user", "alice:" + password}};
  Folder folder_;
};

TEST_F(Password, AWrongOneEndsTheRunBeforeItBegins) {
  const Ended run = smbspec(
      {"run", "--target", "smb://alice:no" + password + "@127.0.0.1:" + std::to_string(real_.port())});
  EXPECT_EQ(run.code, 3) << run;
  EXPECT_THAT(run.out, HasSubstr("alice cannot sign in"));
  EXPECT_THAT(run, is_silent_about_it());
}

TEST_F(Password, InTheUrl) { judge("smb://alice:" + password + "@127.0.0.1:"); }

TEST_F(Password, InTheEnvironment) { judge("smb://alice@127.0.0.1:", {}, {{"SMBSPEC_PASSWORD", password}}); }

TEST_F(Password, InAFile) {
  std::ofstream(path("password")) << password << '\n';
  judge("smb://alice@127.0.0.1:", {"--password-file", path("password")});
}

TEST_F(Password, InAFileThatIsMissing) {
  const Ended run = smbspec({"run", "--target", "smb://alice@127.0.0.1", "--password-file", path("none")});
  EXPECT_EQ(run.code, 2) << run;
  EXPECT_THAT(run.err, HasSubstr(path("none")));
}

TEST_F(Password, OfATargetThatIsNotThere) {
  EXPECT_THAT(smbspec({"probe", "--target", "smb://alice:" + password + "@127.0.0.1:1"}),
              is_silent_about_it());
}

TEST(MistypedPassword, IsNotRepeatedInComplaints) {
  for (const Arguments& mistake :
       std::vector<Arguments>{{"run", "--target", "smb://alice:" + password},
                              {"run", "--target", "smb://alice:" + password + "/x@127.0.0.1"},
                              {"run", "--target", "smb://alice:" + password + "@127.0.0.1:x"},
                              {"run", "--target", "smb://alice:" + password + "%zz@127.0.0.1"},
                              {"run", "--target", "smb//alice:" + password + "@127.0.0.1"},
                              {"run", "smb://alice:" + password + "@127.0.0.1"},
                              {"run", "--traget", "smb://alice:" + password + "@127.0.0.1"},
                              {"run", "--traget=smb://alice:" + password + "@127.0.0.1"},
                              {"probe", "smb://alice:" + password + "@127.0.0.1"},
                              {"serve", "--user", password}}) {
    const Ended run = smbspec(mistake);
    EXPECT_EQ(run.code, 2) << run;
    EXPECT_THAT(run, is_silent_about_it()) << testing::PrintToString(mistake);
  }
}

}  // namespace
}  // namespace cli::end_to_end
