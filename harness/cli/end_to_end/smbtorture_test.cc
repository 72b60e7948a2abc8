// Samba's smbtorture on the reference server: which of its tests pass, and why the others do not. One that
// changes sides is noticed.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdlib>
#include <future>
#include <map>
#include <span>
#include <sstream>

#include "harness/cli/end_to_end/smbspec_process.h"
#include "harness/target/peers/kdc.h"
#include "harness/target/peers/nss_wrapper.h"
#include "harness/target/peers/samba_client.h"

namespace cli::end_to_end {
namespace {

using namespace target::peers;
using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr auto in_good_time = 60s;

// Why the model does not do as a test wants, and what the test says then. The model follows [MS-SMB2] to the
// letter where these tests follow Windows or smbd.
struct Reason {
  const char* text;
  const char* told;
};

constexpr Reason denied_first{
    "3.3.5.2.4: an unsigned request for a session that requires signing is denied, whatever its connection",
    "was NT_STATUS_ACCESS_DENIED, expected NT_STATUS_USER_SESSION_DELETED"};
constexpr Reason no_signing_key{
    "3.3.4.1.1: the refusal of a binding is signed with Session.SigningKey, which a session of 2.x has not; "
    "the test wants it signed",
    "was NT_STATUS_ACCESS_DENIED"};
constexpr Reason algorithm_of_connection{
    "3.1.4.1: what is sent on a connection is signed with its algorithm; the test signs with that of the "
    "session's first connection",
    "was NT_STATUS_ACCESS_DENIED"};
constexpr Reason other_client{
    "3.3.5.5: a binding from another ClientGuid is refused before anything else is compared",
    "was NT_STATUS_USER_SESSION_DELETED"};
constexpr Reason echo_without_session{"3.3.5.17: an ECHO on a connection that has no session disconnects",
                                      "was NT_STATUS_CONNECTION_DISCONNECTED, expected NT_STATUS_OK"};
constexpr Reason few_credits{
    "3.3.1.2: the administrator limits the credits; the test wants the 8192 of Windows Server",
    "Server only granted 512 credits"};
constexpr Reason no_locks{"there are no byte-range locks yet",
                          "was NT_STATUS_NOT_SUPPORTED, expected NT_STATUS_OK"};
constexpr Reason kerberos{"runs with Kerberos, below", "requires -k yes"};

struct Departure {
  const char* test;
  Reason reason;
};

const Departure failing[] = {
    {"connect", echo_without_session},
    {"reauth4", {"the security descriptor of a file cannot be set yet", "was NT_STATUS_NOT_SUPPORTED"}},
    {"reauth5",
     {"the test removes a file that is not there and wants a success; smbd fails it as well",
      "was NT_STATUS_OBJECT_NAME_NOT_FOUND"}},
    {"bind2", denied_first},
    {"bind_invalid_auth", denied_first},
    {"bind_different_user", denied_first},
    {"bind_negative_smb202", denied_first},
    {"bind_negative_smb210s", denied_first},
    {"bind_negative_smb210d", denied_first},
    {"bind_negative_smb2to3s", no_signing_key},
    {"bind_negative_smb2to3d", no_signing_key},
    {"bind_negative_smb3to2s", algorithm_of_connection},
    {"bind_negative_smb3to2d", algorithm_of_connection},
    {"bind_negative_smb3to3s", denied_first},
    {"bind_negative_smb3to3d", denied_first},
    {"bind_negative_smb3encGtoCs", denied_first},
    {"bind_negative_smb3encGtoCd", other_client},
    {"bind_negative_smb3signCtoHs", algorithm_of_connection},
    {"bind_negative_smb3signCtoHd", other_client},
    {"bind_negative_smb3signCtoGs", algorithm_of_connection},
    {"bind_negative_smb3signCtoGd", other_client},
    {"bind_negative_smb3signHtoCs", algorithm_of_connection},
    {"bind_negative_smb3signHtoCd", other_client},
    {"bind_negative_smb3signHtoGs", algorithm_of_connection},
    {"bind_negative_smb3signHtoGd", other_client},
    {"bind_negative_smb3signGtoCs", algorithm_of_connection},
    {"bind_negative_smb3signGtoCd", other_client},
    {"bind_negative_smb3signGtoHs", algorithm_of_connection},
    {"bind_negative_smb3signGtoHd", other_client},
    {"bind_negative_smb3sneGtoCs", algorithm_of_connection},
    {"bind_negative_smb3sneGtoCd", other_client},
    {"bind_negative_smb3sneGtoHs", algorithm_of_connection},
    {"bind_negative_smb3sneGtoHd", other_client},
    {"bind_negative_smb3sneCtoGs", algorithm_of_connection},
    {"bind_negative_smb3sneCtoGd", other_client},
    {"bind_negative_smb3sneHtoGs", algorithm_of_connection},
    {"bind_negative_smb3sneHtoGd", other_client},
    {"bind_negative_smb3signC30toGs", algorithm_of_connection},
    {"bind_negative_smb3signC30toGd", algorithm_of_connection},
    {"bind_negative_smb3signH2XtoGs", no_signing_key},
    {"bind_negative_smb3signH2XtoGd", no_signing_key},
    {"bind_negative_smb3signGtoC30s", algorithm_of_connection},
    {"bind_negative_smb3signGtoC30d", algorithm_of_connection},
    {"bind_negative_smb3signGtoH2Xs", algorithm_of_connection},
    {"bind_negative_smb3signGtoH2Xd", algorithm_of_connection},
    {"two_logoff", echo_without_session},
    {"ntlmssp_bug14932",
     {"3.3.5.5.3: a malformed NTLMv2 response is SEC_E_INVALID_TOKEN",
      "was NT code 0x80090308, expected NT_STATUS_INVALID_PARAMETER"}},
    {"session_setup_credits_granted", few_credits},
    {"single_req_credits_granted", few_credits},
    {"skipped_mid", few_credits},
    {"session-id",
     {"3.3.5.5.1: a SessionId has 64 bits; the test goes on with the lower 32, and closes in no session",
      "close failed (NT_STATUS_USER_SESSION_DELETED)"}},
    {"tcon",
     {"3.3.5.13: a WRITE beyond the end SHOULD want FILE_APPEND_DATA, which the test's Open lacks",
      "initial write failed (NT_STATUS_ACCESS_DENIED)"}},
};

const Departure skipped[] = {
    {"expire1n", kerberos}, {"expire1s", kerberos}, {"expire1e", kerberos},
    {"expire2s", kerberos}, {"expire2e", kerberos}, {"expire_disconnect", kerberos},
};

const char* const passing[] = {
    "reconnect1",
    "reconnect2",
    "reauth1",
    "reauth2",
    "reauth3",
    "reauth6",
    "bind1",
    "signing-hmac-sha-256",
    "signing-aes-128-cmac",
    "signing-aes-128-gmac",
    "encryption-aes-128-ccm",
    "encryption-aes-128-gcm",
    "encryption-aes-256-ccm",
    "encryption-aes-256-gcm",
};

constexpr const char* host = "smbspec.test";
const char* const passing_with_kerberos[] = {"expire1n", "expire1s", "expire1e", "expire_disconnect"};
const Departure failing_with_kerberos[] = {{"expire2s", no_locks}, {"expire2e", no_locks}};

struct Result {
  std::string outcome;  // "success", "failure", "skip" or "error"
  std::string told;     // the line below
};

// By the names of the tests.
std::map<std::string, Result> results_in(const std::string& output) {
  std::map<std::string, Result> results;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    for (const char* outcome : {"success", "failure", "skip", "error"}) {
      const std::string prefix = fmt::format("{}: ", outcome);
      if (!line.starts_with(prefix)) continue;
      Result& result = results[line.substr(prefix.size(), line.find(" [") - prefix.size())];
      result.outcome = outcome;
      std::getline(lines, result.told);
    }
  }
  return results;
}

void expect_departures(std::map<std::string, Result>& results, std::span<const Departure> departures,
                       const char* outcome) {
  for (const auto& [test, reason] : departures) {
    EXPECT_EQ(results[test].outcome, outcome) << test << " departed because: " << reason.text;
    EXPECT_THAT(results[test].told, HasSubstr(reason.told)) << test << " departed because: " << reason.text;
  }
}

TEST(Smbtorture, PassesWhatTheModelHasAndFailsForKnownReasons) {
  const auto smbtorture = SambaClient::find("smbtorture");
  if (!smbtorture) return cannot_run(smbtorture.error());
  const ServedReference server({"--user", "alice:secret", "--user", "bob:secret2", "--share", "share"});
  const ProgramEnd end = smbtorture->run(
      server.port(), "share",
      {"-U", "alice%secret", "--option=torture:user2name=bob", "--option=torture:user2password=secret2",
       "smb2.session", "smb2.connect", "smb2.credits", "smb2.session-id", "smb2.tcon"},
      in_good_time);
  ASSERT_TRUE(end.in_time) << end.output;
  auto results = results_in(end.output);
  for (const char* test : passing) EXPECT_EQ(results[test].outcome, "success") << test;
  expect_departures(results, failing, "failure");
  expect_departures(results, skipped, "skip");
  EXPECT_EQ(results.size(), std::size(passing) + std::size(failing) + std::size(skipped))
      << "smbtorture has tests that no table here has";
  if (testing::Test::HasFailure()) ADD_FAILURE() << end.output;
}

// The server of that personality lets a client hold as many as the tests want.
TEST(Smbtorture, PassesWhatIsAboutCreditsWhereThereAreEnough) {
  const auto smbtorture = SambaClient::find("smbtorture");
  if (!smbtorture) return cannot_run(smbtorture.error());
  const ServedReference server({"--personality", "samba-4.17", "--user", "alice:secret", "--share", "share"});
  const ProgramEnd end =
      smbtorture->run(server.port(), "share", {"-U", "alice%secret", "smb2.credits"}, in_good_time);
  const auto results = results_in(end.output);
  EXPECT_EQ(results.size(), 3U) << end.output;
  for (const auto& [test, result] : results)
    EXPECT_EQ(result.outcome, "success") << test << '\n' << end.output;
}

// Each waits for the end of a ticket or two, so all at once.
TEST(Smbtorture, SeesSessionsEndWithTheirTickets) {
  const auto smbtorture = SambaClient::find("smbtorture");
  if (!smbtorture) return cannot_run(smbtorture.error());
  if (const auto missing = nss_wrapper_missing()) return cannot_run(*missing);
  const auto kdc = Kdc::start({.users = {{"alice", "Secret.1"}}, .services = {fmt::format("cifs/{}", host)}});
  if (!kdc) return cannot_run(kdc.error());
  setenv("KRB5_CONFIG", kdc->configuration().c_str(), 1);
  const ServedReference server(
      {"--user", "alice:Secret.1", "--share", "share", "--setting", "keytab=" + kdc->keytab()});
  const auto visit = [&](const char* test) {
    return std::async(std::launch::async, [&server, &smbtorture, test] {
      return smbtorture->run_at(host, server.port(), "share",
                                {"--use-kerberos=required", "-U", "alice@SMBSPEC.TEST%Secret.1",
                                 fmt::format("smb2.session.{}", test)},
                                in_good_time);
    });
  };
  std::vector<std::future<ProgramEnd>> visits;
  for (const char* test : passing_with_kerberos) visits.push_back(visit(test));
  for (const Departure& departure : failing_with_kerberos) visits.push_back(visit(departure.test));
  std::string output;
  for (auto& one : visits) output += one.get().output;
  auto results = results_in(output);
  for (const char* test : passing_with_kerberos) EXPECT_EQ(results[test].outcome, "success") << test;
  expect_departures(results, failing_with_kerberos, "failure");
  if (testing::Test::HasFailure()) ADD_FAILURE() << output;
}

TEST(Smbtorture, SeesThatTheServerRequiresSigning) {
  const auto smbtorture = SambaClient::find("smbtorture");
  if (!smbtorture) return cannot_run(smbtorture.error());
  const ServedReference server(
      {"--user", "alice:secret", "--share", "share", "--setting", "require-signing=yes"});
  const ProgramEnd end = smbtorture->run(
      server.port(), "share", {"-U", "alice%secret", "smb2.session-require-signing"}, in_good_time);
  EXPECT_EQ(results_in(end.output)["bug15397"].outcome, "success") << end.output;
}

}  // namespace
}  // namespace cli::end_to_end
