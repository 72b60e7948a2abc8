// Samba's smbtorture on the reference server: which of its tests pass, and why the others do not. One that
// changes sides is noticed.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <sstream>

#include "harness/cli/end_to_end/smbspec_process.h"
#include "harness/target/peers/samba_client.h"

namespace cli::end_to_end {
namespace {

using namespace target::peers;
using namespace std::chrono_literals;

constexpr auto in_good_time = 60s;

// The model follows [MS-SMB2] to the letter where these tests follow Windows or smbd.
constexpr const char* denied_first =
    "3.3.5.2.4: an unsigned request for a session that requires signing is denied, whatever its connection; "
    "the test wants STATUS_USER_SESSION_DELETED";
constexpr const char* no_signing_key =
    "3.3.4.1.1: the refusal of a binding is signed with Session.SigningKey, which a session of 2.x has not; "
    "the test wants it signed";
constexpr const char* algorithm_of_connection =
    "3.1.4.1: what is sent on a connection is signed with its algorithm; the test signs with that of the "
    "session's first connection";
constexpr const char* other_client =
    "3.3.5.5: a binding from another ClientGuid is refused before anything else is compared";
constexpr const char* echo_without_session =
    "3.3.5.17: an ECHO on a connection that has no session disconnects";
constexpr const char* no_security = "the security descriptor of a file cannot be set yet";
constexpr const char* kerberos = "wants Kerberos";

struct Departure {
  const char* test;
  const char* why;
};

const Departure failing[] = {
    {"connect", echo_without_session},
    {"reauth4", no_security},
    {"reauth5", no_security},
    {"bind2", denied_first},
    {"bind_invalid_auth", denied_first},
    {"bind_different_user",
     "3.3.5.5: a binding by somebody else is STATUS_NOT_SUPPORTED; the test wants STATUS_ACCESS_DENIED"},
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
     "3.3.5.5.3: a malformed NTLMv2 response is SEC_E_INVALID_TOKEN; the test wants "
     "STATUS_INVALID_PARAMETER"},
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

// What became of each test: "success", "failure", "skip" or "error", by its name.
std::map<std::string, std::string> results_in(const std::string& output) {
  std::map<std::string, std::string> results;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    for (const char* result : {"success", "failure", "skip", "error"}) {
      const std::string prefix = fmt::format("{}: ", result);
      if (line.starts_with(prefix))
        results[line.substr(prefix.size(), line.find(" [") - prefix.size())] = result;
    }
  }
  return results;
}

TEST(Smbtorture, PassesWhatTheModelHasAndFailsForKnownReasons) {
  const auto smbtorture = SambaClient::find("smbtorture");
  if (!smbtorture) return cannot_run(smbtorture.error());
  const ServedReference server({"--user", "alice:secret", "--user", "bob:secret2", "--share", "share"});
  const ProgramEnd end =
      smbtorture->run(server.port(), "share",
                      {"-U", "alice%secret", "--option=torture:user2name=bob",
                       "--option=torture:user2password=secret2", "smb2.session", "smb2.connect"},
                      in_good_time);
  ASSERT_TRUE(end.in_time) << end.output;
  auto results = results_in(end.output);
  for (const char* test : passing) EXPECT_EQ(results[test], "success") << test;
  for (const Departure& departure : failing) {
    EXPECT_EQ(results[departure.test], "failure")
        << departure.test << " was known to fail: " << departure.why;
  }
  for (const Departure& departure : skipped) {
    EXPECT_EQ(results[departure.test], "skip")
        << departure.test << " was known to be left out: " << departure.why;
  }
  EXPECT_EQ(results.size(), std::size(passing) + std::size(failing) + std::size(skipped))
      << "smbtorture has tests that no table here has";
  if (testing::Test::HasFailure()) ADD_FAILURE() << end.output;
}

TEST(Smbtorture, SeesThatTheServerRequiresSigning) {
  const auto smbtorture = SambaClient::find("smbtorture");
  if (!smbtorture) return cannot_run(smbtorture.error());
  const ServedReference server(
      {"--user", "alice:secret", "--share", "share", "--setting", "require-signing=yes"});
  const ProgramEnd end = smbtorture->run(
      server.port(), "share", {"-U", "alice%secret", "smb2.session-require-signing"}, in_good_time);
  EXPECT_EQ(results_in(end.output)["bug15397"], "success") << end.output;
}

}  // namespace
}  // namespace cli::end_to_end
