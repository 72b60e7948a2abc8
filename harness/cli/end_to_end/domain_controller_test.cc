// A domain controller: accounts of a domain by NTLM, and by tickets of its own KDC. It requires signing.
#include "harness/target/peers/domain_controller.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "harness/cli/end_to_end/records.h"
#include "harness/cli/end_to_end/smbspec_process.h"

namespace cli::end_to_end {
namespace {

using namespace target::peers;
using namespace std::chrono_literals;
using scenario::Outcome;
using testing::IsEmpty;

constexpr auto in_good_time = 80s;

// A row of each scenario: every process of its smbd opens the whole directory, which makes the whole suite a
// matter of minutes.
struct Part {
  const char* name;
  Arguments arguments;
};

class DomainControllerDoes : public testing::TestWithParam<Part> {};

TEST_P(DomainControllerDoes, WhatSmbdIsKnownToDo) {
  const auto controller = DomainController::start({{"alice", "Secret.1"}, {"bob", "Secret.2"}});
  if (!controller) return cannot_run(controller.error());
  const Folder folder;
  const std::string json = folder.path() / "run.json";
  Arguments arguments = {
      "run", "--target", "smb://alice@127.0.0.1:" + std::to_string(controller->port()) + "/share",
      "--second-user", "bob:Secret.2", "--known", "samba-4.17", "--rows", "1", "-j", "8",
      // Whether smbd has closed the files before it closes the connection is a race of its own.
      "--exclude", "session-setup/lost-connection", "--json", json};
  arguments.insert(arguments.end(), GetParam().arguments.begin(), GetParam().arguments.end());
  const Ended run =
      smbspec(arguments, {{"SMBSPEC_PASSWORD", "Secret.1"}, {"KRB5_CONFIG", controller->configuration()}},
              in_good_time);
  EXPECT_EQ(run.code, 0) << run;
  const auto record = record_at(json);
  EXPECT_THAT(record.baseline_problems, IsEmpty());
  EXPECT_GT(count(record, Outcome::pass), 700U);
  EXPECT_EQ(count(record, Outcome::no_verdict), 0U);
  EXPECT_EQ(count(record, Outcome::blocked), 0U);
}

INSTANTIATE_TEST_SUITE_P(By, DomainControllerDoes,
                         testing::Values(Part{"Ntlm", {}},
                                         Part{"Kerberos",
                                              {"--mechanism", "kerberos", "--kerberos-service",
                                               DomainController::service}}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace cli::end_to_end
