// Servers that people use. Where one is not installed its tests are skipped.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "harness/cli/end_to_end/records.h"
#include "harness/cli/end_to_end/smbspec_process.h"
#include "harness/target/peers/impacket_server.h"
#include "harness/target/peers/server_process.h"
#include "harness/target/peers/smbd.h"

namespace cli::end_to_end {
namespace {

using namespace target::peers;
using namespace std::chrono_literals;
using scenario::Outcome;
using testing::IsEmpty;

constexpr auto in_good_time = 60s;
constexpr auto time_for_all_cases = 110s;  // 15 s on a machine that does nothing else

void expect_all_judged(const scenario::RunRecord& record) {
  EXPECT_GT(record.cases.size(), 1000U);
  EXPECT_EQ(count(record, Outcome::no_verdict), 0U);
  EXPECT_EQ(count(record, Outcome::harness_error), 0U);
  EXPECT_EQ(record.stopped, "");
}

// A configuration of smbd.
struct Configuration {
  const char* name;
  const char* lines;
};

class Samba : public testing::TestWithParam<Configuration> {
 protected:
  std::string path(const char* name) const { return folder_.path() / name; }
  Folder folder_;
};

TEST_P(Samba, DoesWhatItIsKnownToDo) {
  const auto smbd = Smbd::start({.conf = GetParam().lines});
  if (!smbd) return cannot_run(smbd.error());
  const Ended run = smbspec(
      {"run", "--target", loopback_url(smbd->port()), "--known", "samba-4.17", "--json", path("run.json")},
      {}, in_good_time);
  EXPECT_EQ(run.code, 0) << run;
  const auto record = record_at(path("run.json"));
  expect_all_judged(record);
  EXPECT_THAT(record.baseline_problems, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Configured, Samba,
                         testing::Values(Configuration{"UpTo2_0_2", "server max protocol = SMB2_02"},
                                         Configuration{"UpTo3_0", "server max protocol = SMB3_00"},
                                         Configuration{"UpTo3_0_2", "server max protocol = SMB3_02"},
                                         Configuration{"From2_1", "server min protocol = SMB2_10"}),
                         [](const auto& info) { return info.param.name; });

// With all cases. The users have Unix accounts wherever Debian is.
class SambaWithUsers : public Samba {};

TEST_P(SambaWithUsers, DoesWhatItIsKnownToDo) {
  const auto smbd =
      Smbd::start({.conf = GetParam().lines, .users = {{"daemon", "Secret.1"}, {"games", "Secret.2"}}});
  if (!smbd) return cannot_run(smbd.error());
  const std::string target = fmt::format("smb://daemon@127.0.0.1:{}/share", smbd->port());
  const Ended run = smbspec({"run", "--target", target, "--second-user", "games:Secret.2", "--known",
                             "samba-4.17", "-j", "8", "--json", path("run.json")},
                            {{"SMBSPEC_PASSWORD", "Secret.1"}}, time_for_all_cases);
  EXPECT_EQ(run.code, 0) << run;
  const auto record = record_at(path("run.json"));
  expect_all_judged(record);
  EXPECT_GT(count(record, Outcome::pass), 1000U);
  EXPECT_THAT(record.baseline_problems, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Configured, SambaWithUsers,
                         testing::Values(Configuration{"ByDefault", ""},
                                         Configuration{"SigningRequired", "server signing = mandatory"},
                                         Configuration{"EncryptionRequired", "server smb encrypt = required"},
                                         Configuration{"From3_1_1", "server min protocol = SMB3_11"},
                                         Configuration{"UpTo2_1", "server max protocol = SMB2_10"},
                                         Configuration{"Guests", "map to guest = Bad User"}),
                         [](const auto& info) { return info.param.name; });

std::map<std::string, std::string> outcomes(const scenario::RunRecord& record) {
  std::map<std::string, std::string> result;
  for (const auto& one : record.cases) result[one.id] = scenario::name(one.outcome);
  return result;
}

// smbd grants the CreditCharge to who asks for no credits; the personality grants one.
constexpr const char* explained = "audit/credits-asked: fail | pass";

TEST(SambaPersonality, HasTheSameOutcomesCaseByCase) {
  const auto smbd = Smbd::start({.users = {{"daemon", "Secret.1"}, {"games", "Secret.2"}}});
  if (!smbd) return cannot_run(smbd.error());
  const Folder folder;
  const auto path = [&](const char* name) { return (folder.path() / name).string(); };
  const std::string target = fmt::format("smb://daemon@127.0.0.1:{}/share", smbd->port());
  const Ended real = smbspec(
      {"run", "--target", target, "--second-user", "games:Secret.2", "-j", "8", "--json", path("real.json")},
      {{"SMBSPEC_PASSWORD", "Secret.1"}}, time_for_all_cases);
  EXPECT_EQ(real.code, 1) << real;
  smbspec({"run", "--memory", "--personality", "samba-4.17", "--json", path("like.json")});
  EXPECT_THAT(differences(outcomes(record_at(path("real.json"))), outcomes(record_at(path("like.json")))),
              testing::ElementsAre(explained));
}

TEST(SambaUnexcused, IsRed) {
  const auto smbd = Smbd::start();
  if (!smbd) return cannot_run(smbd.error());
  const Ended run = smbspec({"run", "--target", loopback_url(smbd->port())}, {}, in_good_time);
  EXPECT_EQ(run.code, 1) << run;
}

TEST(SambaAtOnce, TwoRunsGiveTheSame) {
  const auto smbd = Smbd::start();
  if (!smbd) return cannot_run(smbd.error());
  const Folder folder;
  const std::string paths[] = {folder.path() / "one.json", folder.path() / "two.json"};
  // Whether smbd still writes the first answer before it closes is a race of its own.
  const auto run_to = [&](const std::string& path) {
    return SmbspecProcess({"run", "--target", loopback_url(smbd->port()), "-j", "4", "--exclude",
                           "negotiate/second-negotiate-before-the-answer", "--json", path});
  };
  SmbspecProcess one = run_to(paths[0]);
  SmbspecProcess two = run_to(paths[1]);
  EXPECT_EQ(one.wait().code, 1);
  EXPECT_EQ(two.wait().code, 1);
  expect_all_judged(record_at(paths[0]));
  EXPECT_THAT(differences(verdicts(record_at(paths[0])), verdicts(record_at(paths[1]))), IsEmpty());
}

TEST(Impacket, GetsAVerdictForEveryCase) {
  const auto server = ImpacketServer::start();
  if (!server) return cannot_run(server.error());
  const Folder folder;
  const std::string path = folder.path() / "run.json";
  const std::string target = fmt::format("smb://user:password@127.0.0.1:{}/share", server->port());
  const Ended run =
      smbspec({"run", "--target", target, "--timeout-step", "300ms", "-j", "8", "--json", path});
  EXPECT_EQ(run.code, 1) << run;
  expect_all_judged(record_at(path));
}

}  // namespace
}  // namespace cli::end_to_end
