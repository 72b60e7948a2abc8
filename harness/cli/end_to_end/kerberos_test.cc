// Kerberos with a KDC of our own: on the reference server, on smbd, and from smbclient.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>

#include "harness/cli/end_to_end/records.h"
#include "harness/cli/end_to_end/smbspec_process.h"
#include "harness/target/peers/kdc.h"
#include "harness/target/peers/nss_wrapper.h"
#include "harness/target/peers/samba_client.h"
#include "harness/target/peers/smbd.h"

namespace cli::end_to_end {
namespace {

using namespace target::peers;
using namespace std::chrono_literals;
using scenario::Outcome;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr auto in_good_time = 60s;
constexpr const char* host = "smbspec.test";

class Kerberos : public testing::Test {
 protected:
  void SetUp() override {
    // The users have Unix accounts wherever Debian is.
    auto kdc = Kdc::start({.users = {{"daemon", "Secret.1"}, {"games", "Secret.2"}},
                           .services = {fmt::format("cifs/{}", host)}});
    if (!kdc) return cannot_run(kdc.error());
    kdc_.emplace(*std::move(kdc));
    setenv("KRB5_CONFIG", kdc_->configuration().c_str(), 1);
  }

  static std::string service() { return fmt::format("cifs/{}@{}", host, Kdc::realm); }
  std::string path(const char* name) const { return folder_.path() / name; }

  // The cases of Kerberos, with two accounts.
  Ended run(std::uint16_t port, Arguments further = {}) const {
    further.emplace_back("session-setup/kerberos*");
    return run_all(port, further);
  }

  // All cases.
  Ended run_all(std::uint16_t port, const Arguments& further) const {
    Arguments arguments = {"run",
                           "--target",
                           fmt::format("smb://daemon@127.0.0.1:{}/share", port),
                           "--second-user",
                           "games:Secret.2",
                           "--kerberos-service",
                           service(),
                           "-j",
                           "8",
                           "--json",
                           path("run.json")};
    arguments.insert(arguments.end(), further.begin(), further.end());
    return smbspec(arguments, {{"SMBSPEC_PASSWORD", "Secret.1"}}, in_good_time);
  }

  target::peers::Started<Smbd> smbd(std::string_view further = "") const {
    return Smbd::start({.conf = fmt::format(R"(
  realm = {}
  kerberos method = dedicated keytab
  dedicated keytab file = FILE:{}
  server multi channel support = yes
{})",
                                            Kdc::realm, kdc_->keytab(), further),
                        .users = {{"daemon", "Secret.1"}, {"games", "Secret.2"}}});
  }

  static std::string observed(const scenario::RunRecord& record, std::string_view id) {
    for (const scenario::CaseResult& result : record.cases) {
      if (result.id == id) return result.observed;
    }
    return "no such case";
  }

  std::optional<Kdc> kdc_;
  Folder folder_;
};

class KerberosOnTheReference : public Kerberos {
 protected:
  Arguments settings(Arguments further = {}) const {
    Arguments all = {"--user",  "daemon:Secret.1", "--user",    "games:Secret.2",
                     "--share", "share",           "--setting", "keytab=" + kdc_->keytab()};
    all.insert(all.end(), further.begin(), further.end());
    return all;
  }
};

TEST_F(KerberosOnTheReference, PassesEveryCase) {
  const ServedReference server(settings());
  const Ended ended = run(server.port());
  EXPECT_EQ(ended.code, 0) << ended;
  const auto record = record_at(path("run.json"));
  EXPECT_GT(count(record, Outcome::pass), 50U);
  EXPECT_EQ(count(record, Outcome::unsupported), 0U);
  EXPECT_EQ(observed(record, "session-setup/kerberos-replayed[dialect=3.1.1]"), "refuses-it");
  for (const scenario::CaseResult& result : record.cases)
    EXPECT_THAT(result.latitudes, testing::Not(testing::Contains("allows-for-clock-skew"))) << result.id;
}

TEST_F(KerberosOnTheReference, PassesTheWholeSuite) {
  const ServedReference server(settings());
  const Ended ended = run_all(server.port(), {"--mechanism", "kerberos"});
  EXPECT_EQ(ended.code, 0) << ended;
  EXPECT_GT(count(record_at(path("run.json")), Outcome::pass), 4000U);
}

TEST_F(KerberosOnTheReference, TakesSmbclientsTickets) {
  const auto client = SambaClient::find("smbclient");
  if (!client) return cannot_run(client.error());
  if (const auto missing = nss_wrapper_missing()) return cannot_run(*missing);
  const ServedReference server(settings());
  for (const char* protection : {"off", "sign", "encrypt"}) {
    const ProgramEnd end = client->run_at(host, server.port(), "share",
                                          {"--use-kerberos=required", "-U", "daemon@SMBSPEC.TEST%Secret.1",
                                           fmt::format("--client-protection={}", protection), "-c", "exit"},
                                          in_good_time);
    EXPECT_EQ(end.code, 0) << protection << '\n' << end.output;
  }
}

TEST_F(KerberosOnTheReference, IsOfferedWithAKeytabAlone) {
  const ServedReference server({"--user", "daemon:Secret.1", "--user", "games:Secret.2", "--share", "share"});
  const Ended ended = run(server.port());
  EXPECT_EQ(ended.code, 1) << ended;
}

TEST_F(Kerberos, OnSmbdDoesWhatItIsKnownToDo) {
  const auto smbd = this->smbd();
  if (!smbd) return cannot_run(smbd.error());
  const Ended ended = run(smbd->port(), {"--known", "samba-4.17"});
  EXPECT_EQ(ended.code, 0) << ended;
  const auto record = record_at(path("run.json"));
  EXPECT_GT(count(record, Outcome::pass), 40U);
  EXPECT_THAT(record.baseline_problems, IsEmpty());
}

TEST_F(Kerberos, OnSmbdTheWholeSuiteIsAsKnown) {
  const auto smbd = this->smbd();
  if (!smbd) return cannot_run(smbd.error());
  const Ended ended = run_all(smbd->port(), {"--mechanism", "kerberos", "--known", "samba-4.17"});
  EXPECT_EQ(ended.code, 0) << ended;
  EXPECT_GT(count(record_at(path("run.json")), Outcome::pass), 3000U);
}

// Cases that need NTLM say nothing of it, and the others sign in.
TEST_F(Kerberos, OnSmbdWithoutNtlmIsWhatRemains) {
  const auto smbd = this->smbd("  ntlm auth = disabled\n");
  if (!smbd) return cannot_run(smbd.error());
  EXPECT_EQ(run_all(smbd->port(), {"session-setup"}).code, 3);
  const Ended ended =
      run_all(smbd->port(), {"session-setup", "--mechanism", "kerberos", "--known", "samba-4.17"});
  EXPECT_EQ(ended.code, 0) << ended;
  const auto record = record_at(path("run.json"));
  EXPECT_GT(count(record, Outcome::pass), 200U);
  EXPECT_THAT(ended.out, HasSubstr("signs in with NTLM, which the target refuses"));
}

TEST_F(Kerberos, AWrongPasswordIsToldBeforeAnyCase) {
  const ServedReference server({"--user", "daemon:Secret.1"});
  const Ended ended =
      smbspec({"run", "session-setup/kerberos*", "--target",
               fmt::format("smb://daemon@127.0.0.1:{}", server.port()), "--kerberos-service", service()},
              {{"SMBSPEC_PASSWORD", "wrong"}}, in_good_time);
  EXPECT_EQ(ended.code, 3) << ended;
  EXPECT_THAT(ended.out,
              HasSubstr("no Kerberos ticket for daemon: the password of daemon@SMBSPEC.TEST is wrong"));
}

struct Mistake {
  const char* name;
  Arguments arguments;
  const char* message;
};

class KerberosMistakes : public testing::TestWithParam<Mistake> {};

TEST_P(KerberosMistakes, AreToldWithARemedy) {
  const Ended ended = smbspec(GetParam().arguments);
  EXPECT_EQ(ended.code, 2) << ended;
  EXPECT_THAT(ended.err, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Told, KerberosMistakes,
    testing::Values(
        Mistake{"NoRealm",
                {"run", "--target", "smb://a:b@127.0.0.1:1", "--kerberos-service", "cifs/host"},
                "--kerberos-service takes cifs/HOST@REALM, not \"cifs/host\""},
        Mistake{"NoAccount",
                {"run", "--target", "smb://127.0.0.1:1", "--kerberos-service", "cifs/host@R"},
                "--kerberos-service wants an account"},
        Mistake{"NoService",
                {"run", "--target", "smb://a:b@127.0.0.1:1", "--mechanism", "kerberos"},
                "--mechanism kerberos wants --kerberos-service"},
        Mistake{
            "NoTarget", {"run", "--kerberos-service", "cifs/host@R"}, "--kerberos-service is for a --target"},
        Mistake{"NoKeytab", {"serve", "--setting", "keytab=/nowhere/keytab"}, "keytab: Key table file"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace cli::end_to_end
