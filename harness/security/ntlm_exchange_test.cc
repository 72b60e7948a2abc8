// Both sides of NTLMv2 against each other, and against what real peers sent.
#include <gtest/gtest.h>

#include "harness/security/ntlm_client.h"
#include "harness/security/ntlm_server.h"
#include "harness/security/recorded_tokens.h"
#include "harness/security/spnego.h"

namespace security {
namespace {

using wire::Bytes;
constexpr std::uint64_t now = 0x01dd'7944'0000'0000;

// The same bytes every time, and never the same twice in one test.
Random counting() {
  return [next = std::uint8_t{1}](std::span<std::uint8_t> bytes) mutable {
    for (std::uint8_t& byte : bytes) byte = next++;
  };
}

NtlmServerSettings settings() {
  return {.users = {{.name = "User", .password = "Password"},
                    {.name = "Einzig", .password = "p", .domain = "HOME"},
                    {.name = "\u00c4rger", .password = "\u00fc\u4e2d"}}};
}

// One sign-in, with its messages in the open.
struct Exchange {
  NtlmServerSettings server_settings = settings();
  NtlmClient client;
  NtlmServer server;
  Random random = counting();
  AuthenticateMessage message{};

  explicit Exchange(Credentials credentials,
                    NtlmClient::Settings client_settings = {.target_name = "cifs/host"})
      : client(std::move(credentials), client_settings) {}

  void until_answer() {
    const Bytes negotiate = wire::encode(client.negotiate());
    client.sent_negotiate(negotiate);
    const auto challenge = server.challenge(server_settings, negotiate, random, now);
    const Bytes bytes = wire::encode(challenge.value());
    server.sent_challenge(bytes);
    message = client.answer(bytes, random, now).value();
  }
  Bytes authenticate() {
    until_answer();
    client.prove(message);
    client.protect(message);
    return wire::encode(message);
  }
  NtlmOutcome judge(wire::View bytes) { return server.authenticate(server_settings, bytes); }
  NtlmOutcome run() { return judge(authenticate()); }
};

const Credentials user = {.user = "user", .domain = "DOMAIN", .password = "Password", .workstation = "HERE"};

TEST(NtlmExchange, RightPasswordGivesBothSidesOneKey) {
  Exchange exchange(user);
  const NtlmOutcome outcome = exchange.run();
  EXPECT_EQ(outcome.verdict, NtlmVerdict::user);
  EXPECT_EQ(outcome.user, "user");
  EXPECT_EQ(outcome.domain, "DOMAIN");
  EXPECT_EQ(outcome.workstation, "HERE");
  EXPECT_EQ(outcome.exported_session_key, exchange.client.exported_session_key());
  EXPECT_NE(outcome.exported_session_key, Key{});
}

TEST(NtlmExchange, KeysAgreeWithoutKeyExchange) {
  NtlmClient::Settings without;
  without.flags = without.flags & ~NegotiateFlags::key_exchange;
  Exchange exchange(user, without);
  EXPECT_EQ(exchange.run().exported_session_key, exchange.client.exported_session_key());
  EXPECT_TRUE(exchange.message.encrypted_random_session_key.empty());
}

TEST(NtlmExchange, ProvidesAMicWhenTheServerTellsTheTime) {
  Exchange exchange(user);
  exchange.authenticate();
  EXPECT_NE(*exchange.message.mic, Mic{});
  EXPECT_EQ(exchange.message.lm_challenge_response, Bytes(24, 0));
  EXPECT_EQ(std::get<NtlmV2Response>(exchange.message.nt_challenge_response).time_stamp, now);

  Exchange timeless(user);
  timeless.server_settings.tells_time = false;
  EXPECT_EQ(timeless.run().verdict, NtlmVerdict::user);
  EXPECT_EQ(*timeless.message.mic, Mic{});
  EXPECT_NE(timeless.message.lm_challenge_response, Bytes(24, 0));
}

TEST(NtlmExchange, RepeatsTheServersPairsAndAddsItsOwn) {
  Exchange exchange(user);
  exchange.authenticate();
  const auto& pairs = std::get<NtlmV2Response>(exchange.message.nt_challenge_response).av_pairs;
  EXPECT_EQ(std::get<AvName>(find_pair(pairs, AvId::nb_computer_name)->value).value.to_utf8(), "SMBSPEC");
  EXPECT_EQ(std::get<AvName>(find_pair(pairs, AvId::target_name)->value).value.to_utf8(), "cifs/host");
  EXPECT_TRUE(pairs.back().last());
  EXPECT_EQ(std::ranges::count(pairs, AvId::eol, &AvPair::id), 1);
}

TEST(NtlmExchange, WrongPasswordAndUnknownUserAreToldApart) {
  Credentials wrong = user;
  wrong.password = "password";
  EXPECT_EQ(Exchange(wrong).run().verdict, NtlmVerdict::wrong_password);
  Credentials unknown = user;
  unknown.user = "somebody";
  EXPECT_EQ(Exchange(unknown).run().verdict, NtlmVerdict::no_such_user);
}

TEST(NtlmExchange, DomainMattersWhereTheUserHasOne) {
  EXPECT_EQ(Exchange({.user = "EINZIG", .domain = "home", .password = "p"}).run().verdict, NtlmVerdict::user);
  EXPECT_EQ(Exchange({.user = "EINZIG", .domain = "AWAY", .password = "p"}).run().verdict,
            NtlmVerdict::no_such_user);
}

TEST(NtlmExchange, NamesAndPasswordsBeyondAsciiWork) {
  EXPECT_EQ(Exchange({.user = "\u00e4rger", .password = "\u00fc\u4e2d"}).run().verdict, NtlmVerdict::user);
}

TEST(NtlmExchange, AnonymousIsRecognisedAndHasTheKeyItSent) {
  Exchange exchange(Credentials{});
  const NtlmOutcome outcome = exchange.run();
  EXPECT_EQ(outcome.verdict, NtlmVerdict::anonymous);
  EXPECT_EQ(outcome.exported_session_key, exchange.client.exported_session_key());
  EXPECT_TRUE(wire::has(exchange.message.negotiate_flags, NegotiateFlags::anonymous));
}

TEST(NtlmExchange, NoPasswordIsNotAnonymous) {
  Credentials empty = user;
  empty.password.clear();
  EXPECT_EQ(Exchange(empty).run().verdict, NtlmVerdict::wrong_password);
}

TEST(NtlmExchange, WhatIsBentBeforeTheProofIsProved) {
  Exchange exchange(user);
  exchange.until_answer();
  std::get<NtlmV2Response>(exchange.message.nt_challenge_response).hi_resp_type = 7;
  exchange.client.prove(exchange.message);
  exchange.client.protect(exchange.message);
  EXPECT_EQ(exchange.judge(wire::encode(exchange.message)).verdict, NtlmVerdict::user);
}

TEST(NtlmExchange, WhatIsBentBeforeTheMicIsUnderIt) {
  Exchange exchange(user);
  exchange.until_answer();
  exchange.client.prove(exchange.message);
  exchange.message.workstation = wire::Utf16::from_utf8("ELSEWHERE");
  exchange.client.protect(exchange.message);
  EXPECT_EQ(exchange.judge(wire::encode(exchange.message)).verdict, NtlmVerdict::user);
}

TEST(NtlmExchange, WhatIsBentAfterTheMicIsNoticed) {
  Exchange exchange(user);
  exchange.authenticate();
  const AuthenticateMessage right = exchange.message;
  const auto verdict_of = [&](auto bend) {
    AuthenticateMessage bent = right;
    bend(bent);
    return exchange.judge(wire::encode(bent)).verdict;
  };
  EXPECT_EQ(verdict_of([](auto&) {}), NtlmVerdict::user);
  EXPECT_EQ(verdict_of([](auto& m) { m.workstation.raw = {'X', 0}; }), NtlmVerdict::altered);
  EXPECT_EQ(verdict_of([](auto& m) { (*m.mic)[0] ^= 1; }), NtlmVerdict::altered);
  EXPECT_EQ(verdict_of([](auto& m) { m.mic.reset(); }), NtlmVerdict::altered);
  EXPECT_EQ(verdict_of([](auto& m) { m.encrypted_random_session_key[3] ^= 1; }), NtlmVerdict::altered);
  EXPECT_EQ(verdict_of([](auto& m) { m.encrypted_random_session_key.pop_back(); }), NtlmVerdict::malformed);
  EXPECT_EQ(
      verdict_of([](auto& m) { std::get<NtlmV2Response>(m.nt_challenge_response).nt_proof_str[0] ^= 1; }),
      NtlmVerdict::wrong_password);
  EXPECT_EQ(verdict_of([](auto& m) { m.nt_challenge_response = Bytes(24, 1); }), NtlmVerdict::wrong_password);
  EXPECT_EQ(verdict_of([](auto& m) {
              m.fields[AuthenticateMessage::user].length = wire::Derived<std::uint16_t>::force(0xffff);
            }),
            NtlmVerdict::malformed);
}

TEST(NtlmExchange, ABentNegotiateIsUnderTheMicToo) {
  Exchange exchange(user);
  exchange.until_answer();
  exchange.client.sent_negotiate(Bytes{1, 2, 3});
  exchange.client.prove(exchange.message);
  exchange.client.protect(exchange.message);
  EXPECT_EQ(exchange.judge(wire::encode(exchange.message)).verdict, NtlmVerdict::altered);
}

TEST(NtlmExchange, MessagesOutOfTheirOrderAreMalformed) {
  Exchange exchange(user);
  const Bytes authenticate = exchange.authenticate();
  EXPECT_EQ(NtlmServer().authenticate(settings(), authenticate).verdict, NtlmVerdict::malformed);
  EXPECT_FALSE(NtlmServer().challenge(settings(), authenticate, counting(), now));
  EXPECT_FALSE(exchange.client.answer(authenticate, counting(), now));
}

TEST(NtlmExchange, ACopyGoesOnFromTheSamePlace) {
  Exchange exchange(user);
  const Bytes bytes = exchange.authenticate();
  const NtlmServer copy = exchange.server;
  EXPECT_EQ(copy.authenticate(settings(), bytes).exported_session_key,
            exchange.judge(bytes).exported_session_key);
}

TEST(NtlmExchange, NoCutOrChangedMessageIsTakenForTheUsers) {
  Exchange exchange(user);
  const Bytes bytes = exchange.authenticate();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    EXPECT_NE(exchange.judge(wire::View(bytes).first(i)).verdict, NtlmVerdict::user) << i;
    for (const unsigned change : {0x01u, 0x80u}) {
      Bytes changed = bytes;
      changed[i] = static_cast<std::uint8_t>(changed[i] ^ change);
      EXPECT_NE(exchange.judge(changed).verdict, NtlmVerdict::user) << i;
    }
  }
}

TEST(NtlmExchange, AnyChallengeIsSurvived) {
  Exchange exchange(user);
  exchange.until_answer();
  const Bytes challenge = wire::encode(
      *NtlmServer().challenge(settings(), wire::encode(exchange.client.negotiate()), counting(), now));
  for (std::size_t i = 0; i < challenge.size(); ++i) {
    exchange.client.answer(wire::View(challenge).first(i), counting(), now);
    for (const unsigned change : {0x01u, 0x40u, 0xffu}) {
      Bytes changed = challenge;
      changed[i] = static_cast<std::uint8_t>(changed[i] ^ change);
      if (auto message = exchange.client.answer(changed, counting(), now)) {
        exchange.client.prove(*message);
        exchange.client.protect(*message);
        wire::encode(*message);
      }
    }
  }
}

// Every field set to its extremes by its path, at each stage.
TEST(NtlmExchange, AnyBentFieldIsSurvived) {
  Exchange exchange(user);
  exchange.authenticate();
  const AuthenticateMessage right = exchange.message;
  for (const auto& place : wire::places(right)) {
    for (const wire::Value& value :
         {wire::Value(std::uint64_t{0}), wire::Value(std::uint64_t{0xff}), wire::Value(std::uint64_t{0xffff}),
          wire::Value(std::uint64_t{0xffffffff}), wire::Value(Bytes{}), wire::Value(Bytes(300, 0x41))}) {
      AuthenticateMessage bent = right;
      bool set = false;
      wire::find(bent, *wire::Path::parse(place.path), [&](const wire::Field& f) { set = f.set(value); });
      if (!set) continue;
      exchange.judge(wire::encode(bent));
      exchange.client.prove(bent);
      exchange.client.protect(bent);
      exchange.judge(wire::encode(bent));
    }
  }
}

// What smbclient and impacket sent to smbd, with smbd's challenge, is judged as smbd did.
class Recorded : public testing::Test {
 protected:
  static Bytes message(std::string_view token) {
    const auto decoded = wire::decode<Token>(recorded::bytes(token));
    const wire::View view = mechanism_token(decoded.message);
    return {view.begin(), view.end()};
  }

  static NtlmOutcome judge(std::string_view init, std::string_view challenge, std::string_view authenticate,
                           std::string_view password) {
    const Bytes challenge_bytes = message(challenge);
    const auto challenged = wire::decode<ChallengeMessage>(challenge_bytes).message;
    const NtlmServerSettings users{.users = {{.name = "root", .password = std::string(password)}}};
    NtlmServer server;
    EXPECT_TRUE(server.challenge(
        users, message(init),
        [&](std::span<std::uint8_t> bytes) { std::ranges::copy(challenged.server_challenge, bytes.begin()); },
        now));
    server.sent_challenge(challenge_bytes);
    return server.authenticate(users, message(authenticate));
  }
};

TEST_F(Recorded, SmbclientIsTheUserWithItsMic) {
  using namespace recorded;
  EXPECT_EQ(judge(smbclient_init, smbclient_challenge, smbclient_authenticate, "Passw0rd").verdict,
            NtlmVerdict::user);
  EXPECT_EQ(judge(smbclient_init, smbclient_challenge, smbclient_authenticate, "passw0rd").verdict,
            NtlmVerdict::wrong_password);
  EXPECT_EQ(judge(impacket_init, smbclient_challenge, smbclient_authenticate, "Passw0rd").verdict,
            NtlmVerdict::altered);
}

TEST_F(Recorded, ImpacketIsTheUserWithoutMic) {
  using namespace recorded;
  EXPECT_EQ(judge(impacket_init, impacket_challenge, impacket_authenticate, "Passw0rd").verdict,
            NtlmVerdict::user);
}

TEST_F(Recorded, AnonymousOfBothIsRecognised) {
  using namespace recorded;
  EXPECT_EQ(judge(smbclient_init, smbclient_challenge, smbclient_anonymous, "Passw0rd").verdict,
            NtlmVerdict::anonymous);
  EXPECT_EQ(judge(impacket_init, impacket_challenge, impacket_anonymous, "Passw0rd").verdict,
            NtlmVerdict::anonymous);
  EXPECT_EQ(judge(smbclient_init, smbclient_challenge, smbclient_no_password, "Passw0rd").verdict,
            NtlmVerdict::wrong_password)
      << "a user without a response is not anonymous";
}

TEST_F(Recorded, MechListMicsAreReproduced) {
  using namespace recorded;
  const NtlmOutcome outcome = judge(smbclient_init, smbclient_challenge, smbclient_authenticate, "Passw0rd");
  const auto init = wire::decode<Token>(bytes(smbclient_init)).message;
  const Bytes list = wire::encode(std::get<NegTokenInit>(init.body).mech_types->list);
  const auto mic_of = [&](std::string_view token) {
    return std::get<NegTokenResp>(wire::decode<Token>(bytes(token)).message.body).mech_list_mic->value;
  };
  EXPECT_EQ(sign(outcome.exported_session_key, outcome.flags, Direction::client_to_server, list),
            mic_of(smbclient_authenticate));
  EXPECT_EQ(sign(outcome.exported_session_key, outcome.flags, Direction::server_to_client, list),
            mic_of(smbd_completed));
}

}  // namespace
}  // namespace security
