// Both sides against each other, with tickets of a KDC.
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "harness/security/spnego_acceptor.h"
#include "harness/security/spnego_initiator.h"
#include "harness/target/peers/kdc.h"

namespace security {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using wire::Bytes;

constexpr std::uint64_t now = 0;  // Kerberos looks at the machine's clock

void no_random(std::span<std::uint8_t>) {}

class Kerberos : public testing::Test {
 protected:
  void SetUp() override {
    auto kdc = target::peers::Kdc::start({.users = {{"alice", "Secret-1"}}, .services = {"cifs/server"}});
    if (!kdc) return cannot_run(kdc.error());
    kdc_.emplace(*std::move(kdc));
    setenv("KRB5_CONFIG", kdc_->configuration().c_str(), 1);
    const auto keytab = KerberosKeytab::load(kdc_->keytab());
    ASSERT_TRUE(keytab) << keytab.error();
    settings_.keytab = *keytab;
  }

  static KerberosTicket ticket(KerberosTicket::Wanted wanted = {}) {
    wanted.principal = "alice";
    if (wanted.password.empty()) wanted.password = "Secret-1";
    if (wanted.service.empty()) wanted.service = "cifs/server@SMBSPEC.TEST";
    auto ticket = KerberosTicket::obtain(wanted);
    EXPECT_TRUE(ticket) << ticket.error();
    return *ticket;
  }

  struct Result {
    SpnegoInitiator::Step client;
    SpnegoAcceptor::Answer server;
    int legs = 0;
    Bytes first;
    Token answer;
  };
  Result run(SpnegoInitiator& client, const AcceptorSettings& settings) {
    Result result;
    Bytes received;
    while (result.legs < 9) {
      result.client = client.step(received, no_random, now);
      if (result.client.progress != Progress::more) break;
      if (++result.legs == 1) result.first = result.client.token;
      result.server = server_.accept(settings, result.client.token, no_random, now);
      if (result.server.progress == Progress::failed) break;
      received = result.server.token;
      result.answer = wire::decode<Token>(received).message;
    }
    return result;
  }
  Result run(SpnegoInitiator& client) { return run(client, settings_); }

  std::optional<target::peers::Kdc> kdc_;
  AcceptorSettings settings_;
  SpnegoAcceptor server_;
};

TEST_F(Kerberos, SignsInWithOneLegAndAnAes256Key) {
  SpnegoInitiator client(ticket());
  const Result result = run(client);
  EXPECT_EQ(result.client.progress, Progress::done) << result.client.reason;
  EXPECT_EQ(result.server.progress, Progress::done);
  EXPECT_EQ(result.legs, 1);
  EXPECT_EQ(server_.outcome().user, "alice");
  EXPECT_EQ(server_.outcome().verdict, Verdict::user);
  EXPECT_EQ(server_.outcome().session_key.size(), 32U);
  EXPECT_TRUE(std::ranges::equal(server_.outcome().session_key, client.session_key()));
  // The name that the client put first, in its spelling.
  const auto& response = std::get<NegTokenResp>(result.answer.body);
  EXPECT_EQ(response.supported_mech->value, microsoft_kerberos);
  EXPECT_EQ(response.neg_state->value, NegState::accept_completed);
  EXPECT_FALSE(response.mech_list_mic);
}

TEST_F(Kerberos, MicsGuardAListInWhichItWasNotFirst) {
  SpnegoInitiator client(ticket(), {.mech_types = {negoex, kerberos}});
  const Result result = run(client);
  EXPECT_EQ(result.client.progress, Progress::done) << result.client.reason;
  EXPECT_EQ(result.server.progress, Progress::done);
  EXPECT_EQ(result.legs, 3);
}

TEST_F(Kerberos, AMicOfAnotherListIsRefused) {
  SpnegoInitiator client(ticket(), {.mech_types = {negoex, kerberos}});
  Bytes received = server_.accept(settings_, client.step({}, no_random, now).token, no_random, now).token;
  received = server_.accept(settings_, client.step(received, no_random, now).token, no_random, now).token;
  const Bends bends = {
      .token = [](Token& token) { std::get<NegTokenResp>(token.body).mech_list_mic->value.back() ^= 1; }};
  const auto last = client.step(received, no_random, now, bends);
  ASSERT_EQ(last.progress, Progress::more) << last.reason;
  EXPECT_EQ(server_.accept(settings_, last.token, no_random, now).refusal, Refusal::altered);
}

TEST_F(Kerberos, ATicketForAnotherServiceIsRefused) {
  SpnegoInitiator client(ticket({.service = "krbtgt/SMBSPEC.TEST@SMBSPEC.TEST"}));
  const Result result = run(client);
  EXPECT_EQ(result.server.refusal, Refusal::mechanism);
  EXPECT_EQ(server_.outcome().verdict, Verdict::refused);
}

TEST_F(Kerberos, AClockAnHourAheadIsRefused) {
  SpnegoInitiator client(ticket({.ahead = 1h}));
  EXPECT_EQ(run(client).server.refusal, Refusal::mechanism);
}

TEST_F(Kerberos, ALifetimeEndsWithTheTicket) {
  SpnegoInitiator client(ticket({.lifetime = 60s}));
  run(client);
  ASSERT_TRUE(server_.outcome().lifetime);
  EXPECT_LE(*server_.outcome().lifetime, 62s);  // with the clock skew
  EXPECT_GT(*server_.outcome().lifetime, 30s);
}

TEST_F(Kerberos, TheSameTokenHasTheSameAuthenticator) {
  SpnegoInitiator client(ticket());
  const Result result = run(client);
  SpnegoAcceptor again;
  EXPECT_EQ(again.accept(settings_, result.first, no_random, now).progress, Progress::done);
  EXPECT_EQ(again.outcome().authenticator, server_.outcome().authenticator);
  SpnegoInitiator anew(ticket());
  SpnegoAcceptor other;
  other.accept(settings_, anew.step({}, no_random, now).token, no_random, now);
  EXPECT_NE(other.outcome().authenticator, server_.outcome().authenticator);
}

TEST_F(Kerberos, NoByteOfATokenCanBeChanged) {
  const Bytes token = SpnegoInitiator(ticket()).step({}, no_random, now).token;
  for (std::size_t i = 1; i <= 200; i += 9) {
    Bytes changed = token;
    changed[changed.size() - i] ^= 1;
    SpnegoAcceptor server;
    EXPECT_EQ(server.accept(settings_, changed, no_random, now).progress, Progress::failed) << i;
  }
  for (std::size_t kept = 0; kept < token.size(); kept += 31) {
    SpnegoAcceptor server;
    const auto progress = server.accept(settings_, wire::View(token).first(kept), no_random, now).progress;
    EXPECT_NE(progress, Progress::done) << kept;
  }
}

TEST_F(Kerberos, WithoutAKeytabItIsNotOffered) {
  SpnegoInitiator client(ticket());
  EXPECT_EQ(run(client, {}).server.refusal, Refusal::no_mechanism);
  EXPECT_THAT(mechanisms({}), testing::ElementsAre(ntlmssp));
  EXPECT_EQ(mechanisms(settings_).front(), microsoft_kerberos);
}

TEST_F(Kerberos, NtlmServesBesideIt) {
  settings_.ntlm.users = {{.name = "bob", .password = "Secret-2"}};
  SpnegoInitiator client(Credentials{.user = "bob", .password = "Secret-2"});
  EXPECT_EQ(run(client).server.progress, Progress::done);
  EXPECT_EQ(server_.outcome().user, "bob");
}

TEST_F(Kerberos, SaysWhyThereIsNoTicket) {
  const auto refused = [](KerberosTicket::Wanted wanted) {
    const auto ticket = KerberosTicket::obtain(wanted);
    return ticket ? "a ticket" : ticket.error();
  };
  const std::string service = "cifs/server@SMBSPEC.TEST";
  EXPECT_EQ(refused({.principal = "alice", .password = "wrong", .service = service}),
            "the password of alice is wrong");
  EXPECT_THAT(refused({.principal = "mallory", .password = "x", .service = service}), HasSubstr("not found"));
  EXPECT_THAT(refused({.principal = "alice", .password = "Secret-1", .service = "cifs/other@SMBSPEC.TEST"}),
              HasSubstr("not found"));
}

TEST_F(Kerberos, SaysWhyAKeytabIsNone) {
  const auto absent = KerberosKeytab::load(kdc_->keytab() + "-absent");
  ASSERT_FALSE(absent);
  EXPECT_THAT(absent.error(), HasSubstr("not found"));
  const std::string path = kdc_->keytab() + "-text";
  std::ofstream(path) << "no keytab";
  EXPECT_FALSE(KerberosKeytab::load(path));
}

}  // namespace
}  // namespace security
