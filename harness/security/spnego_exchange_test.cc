// The negotiation, both sides against each other.
#include <gtest/gtest.h>

#include "harness/security/recorded_tokens.h"
#include "harness/security/spnego_acceptor.h"
#include "harness/security/spnego_initiator.h"

namespace security {
namespace {

using wire::Bytes;
constexpr std::uint64_t now = 0x01dd'7944'0000'0000;

Random counting() {
  return [next = std::uint8_t{1}](std::span<std::uint8_t> bytes) mutable {
    for (std::uint8_t& byte : bytes) byte = next++;
  };
}

const AcceptorSettings settings = {.ntlm = {.users = {{.name = "user", .password = "Password"}}}};
const Credentials user = {.user = "user", .domain = "D", .password = "Password"};

struct Result {
  SpnegoInitiator::Step client;
  SpnegoAcceptor::Answer server;
  int legs = 0;  // tokens of the client
  std::vector<Bytes> client_tokens{};
  std::vector<Bytes> server_tokens{};
};

Result run(SpnegoInitiator& client, SpnegoAcceptor& server, const Bends& bends = {}) {
  const Random random = counting();
  Result result;
  Bytes received;
  while (true) {
    result.client = client.step(received, random, now, bends);
    if (result.client.progress != Progress::more) return result;
    ++result.legs;
    result.client_tokens.push_back(result.client.token);
    result.server = server.accept(settings, result.client.token, random, now);
    if (result.server.progress == Progress::failed) return result;
    result.server_tokens.push_back(result.server.token);
    received = result.server.token;
    if (result.legs > 9) return result;
  }
}

Result run(SpnegoInitiator client, const Bends& bends = {}) {
  SpnegoAcceptor server;
  return run(client, server, bends);
}

const NegTokenResp& response(Token& token, wire::View bytes) {
  token = wire::decode<Token>(bytes).message;
  return std::get<NegTokenResp>(token.body);
}

TEST(Spnego, SignsInWithTwoLegsAndMicsBothWays) {
  SpnegoInitiator client(user);
  SpnegoAcceptor server;
  const Result result = run(client, server);
  EXPECT_EQ(result.client.progress, Progress::done) << result.client.reason;
  EXPECT_EQ(result.server.progress, Progress::done);
  EXPECT_EQ(result.legs, 2);
  EXPECT_EQ(server.outcome().verdict, Verdict::user);
  EXPECT_TRUE(std::ranges::equal(server.outcome().session_key, client.session_key()));
  Token token;
  EXPECT_EQ(response(token, result.server_tokens[0]).supported_mech->value, ntlmssp);
  EXPECT_FALSE(response(token, result.server_tokens[1]).supported_mech);
  EXPECT_TRUE(response(token, result.server_tokens[1]).mech_list_mic);
  EXPECT_TRUE(response(token, result.client_tokens[1]).mech_list_mic);
}

TEST(Spnego, TokensHaveNoIssues) {
  const Result result = run(SpnegoInitiator(user));
  for (const auto& tokens : {result.client_tokens, result.server_tokens}) {
    for (const Bytes& bytes : tokens) EXPECT_TRUE(wire::decode<Token>(bytes).issues.empty());
  }
}

TEST(Spnego, FirstTokenIsByteForByteLikeSmbclients) {
  SpnegoInitiator client(user);
  Bends like_smbclient{.negotiate = [](NegotiateMessage& m) {
    m.negotiate_flags = NegotiateFlags{0x62088215};
    m.version = Version{.product_major_version = 6, .product_minor_version = 1};
  }};
  EXPECT_EQ(client.step({}, counting(), now, like_smbclient).token,
            recorded::bytes(recorded::smbclient_init));
}

TEST(Spnego, NtlmsspWithoutItIsAnsweredWithoutIt) {
  SpnegoInitiator client(user, {.bare = true});
  SpnegoAcceptor server;
  const Result result = run(client, server);
  EXPECT_EQ(result.client.progress, Progress::done);
  EXPECT_TRUE(std::ranges::equal(server.outcome().session_key, client.session_key()));
  EXPECT_TRUE(is_ntlmssp(result.server_tokens[0]));
  EXPECT_TRUE(result.server_tokens[1].empty());
}

TEST(Spnego, ALaterChoiceCostsALegAndDemandsMics) {
  SpnegoInitiator client(user, {.mech_types = {kerberos, ntlmssp}});
  SpnegoAcceptor server;
  const Result result = run(client, server);
  EXPECT_EQ(result.client.progress, Progress::done) << result.client.reason;
  EXPECT_EQ(result.legs, 3);
  Token token;
  EXPECT_EQ(response(token, result.server_tokens[0]).neg_state->value, NegState::request_mic);
  EXPECT_EQ(response(token, result.server_tokens[0]).supported_mech->value, ntlmssp);
  EXPECT_FALSE(response(token, result.server_tokens[1]).supported_mech) << "told once";
  EXPECT_TRUE(response(token, result.server_tokens[2]).mech_list_mic);
}

TEST(Spnego, ADemandedMicThatIsMissingIsAskedFor) {
  SpnegoInitiator client(user, {.mech_types = {kerberos, ntlmssp}, .mech_list_mic = false});
  SpnegoAcceptor server;
  const Result result = run(client, server);
  EXPECT_EQ(result.client.progress, Progress::done) << result.client.reason;
  EXPECT_EQ(result.legs, 4);
  Token token;
  EXPECT_EQ(response(token, result.server_tokens[2]).neg_state->value, NegState::accept_incomplete);
  EXPECT_TRUE(response(token, result.server_tokens[2]).mech_list_mic);
  EXPECT_FALSE(response(token, result.server_tokens[3]).mech_list_mic);
}

TEST(Spnego, WithoutMicsNothingIsAskedForWhenTheFirstChoiceIsTaken) {
  const Result result = run(SpnegoInitiator(user, {.mech_list_mic = false}));
  EXPECT_EQ(result.legs, 2);
  Token token;
  EXPECT_FALSE(response(token, result.server_tokens[1]).mech_list_mic);
}

TEST(Spnego, AFirstTokenWithoutAMessageIsAnswered) {
  const Result result = run(SpnegoInitiator(user, {.optimistic = false}));
  EXPECT_EQ(result.client.progress, Progress::done);
  EXPECT_EQ(result.legs, 3);
}

TEST(Spnego, AnEmptyFirstTokenAsksForTheMechanisms) {
  SpnegoAcceptor server;
  const auto answer = server.accept(settings, {}, counting(), now);
  EXPECT_EQ(answer.progress, Progress::more);
  EXPECT_EQ(answer.token, neg_token_init2({{ntlmssp}}));
  SpnegoInitiator client(user);
  EXPECT_EQ(run(client, server).client.progress, Progress::done);
}

TEST(Spnego, UnknownMechanismsAloneAreRefused) {
  const Result result = run(SpnegoInitiator(user, {.mech_types = {kerberos, negoex}}));
  EXPECT_EQ(result.server.refusal, Refusal::no_mechanism);
  EXPECT_EQ(run(SpnegoInitiator(user, {.mech_types = {}})).server.refusal, Refusal::malformed);
}

TEST(Spnego, WhatNtlmRefusesIsRefused) {
  Credentials wrong = user;
  wrong.password = "x";
  SpnegoInitiator client(wrong);
  SpnegoAcceptor server;
  const Result result = run(client, server);
  EXPECT_EQ(result.server.refusal, Refusal::mechanism);
  EXPECT_EQ(server.outcome().verdict, Verdict::wrong_password);
  EXPECT_EQ(server.accept(settings, result.client_tokens[1], counting(), now).progress, Progress::failed)
      << "no second try in one exchange";
}

TEST(Spnego, AGuestIsWelcomedWithoutMic) {
  Credentials unknown = user;
  unknown.user = "somebody";
  SpnegoInitiator client(unknown);
  SpnegoAcceptor server;
  run(client, server);
  EXPECT_EQ(server.outcome().verdict, Verdict::no_such_user);
  Token token;
  EXPECT_EQ(response(token, server.welcome_guest()).neg_state->value, NegState::accept_completed);
  EXPECT_EQ(client.step(server.welcome_guest(), counting(), now).progress, Progress::done);
}

TEST(Spnego, AnonymousIsDoneWithoutMic) {
  SpnegoInitiator client(Credentials{});
  SpnegoAcceptor server;
  EXPECT_EQ(run(client, server).client.progress, Progress::done);
  EXPECT_EQ(server.outcome().verdict, Verdict::anonymous);
}

TEST(Spnego, AWrongMechListMicIsRefused) {
  const Bends bends{.token = [](Token& token) {
    auto* resp = std::get_if<NegTokenResp>(&token.body);
    if (resp != nullptr && resp->mech_list_mic) resp->mech_list_mic->value[4] ^= 1;
  }};
  EXPECT_EQ(run(SpnegoInitiator(user), bends).server.refusal, Refusal::altered);
}

TEST(Spnego, AListThatWasChangedOnTheWayIsNoticed) {
  const Bends bends{.token = [](Token& token) {
    auto* init = std::get_if<NegTokenInit>(&token.body);
    if (init != nullptr) init->mech_types->list.mech_types.push_back({.value = kerberos});
  }};
  EXPECT_EQ(run(SpnegoInitiator(user), bends).server.refusal, Refusal::altered);
}

TEST(Spnego, AServersWrongMechListMicFailsTheClient) {
  SpnegoInitiator client(user);
  SpnegoAcceptor server;
  const Random random = counting();
  const Bytes first = client.step({}, random, now).token;
  const Bytes second = client.step(server.accept(settings, first, random, now).token, random, now).token;
  Bytes last = server.accept(settings, second, random, now).token;
  last.back() ^= 1;
  EXPECT_EQ(client.step(last, random, now).progress, Progress::failed);
}

TEST(Spnego, EveryLegCanBeBentBeforeAndAfterTheMic) {
  const auto workstation = [](AuthenticateMessage& m) { m.workstation = wire::Utf16::from_utf8("X"); };
  EXPECT_EQ(run(SpnegoInitiator(user), {.before_proof = workstation}).server.progress, Progress::done);
  EXPECT_EQ(run(SpnegoInitiator(user), {.before_mic = workstation}).server.progress, Progress::done);
  EXPECT_EQ(run(SpnegoInitiator(user), {.after_mic = workstation}).server.refusal, Refusal::mechanism);
  EXPECT_EQ(
      run(SpnegoInitiator(user),
          {.negotiate = [](NegotiateMessage& m) { m.message_type = wire::Derived<std::uint32_t>::force(9); }})
          .server.refusal,
      Refusal::malformed);
}

TEST(Spnego, TokensOutOfTheirOrderAreMalformed) {
  const Result result = run(SpnegoInitiator(user));
  SpnegoAcceptor server;
  EXPECT_EQ(server.accept(settings, result.client_tokens[1], counting(), now).refusal, Refusal::malformed);
  SpnegoAcceptor twice;
  twice.accept(settings, result.client_tokens[0], counting(), now);
  EXPECT_EQ(twice.accept(settings, result.client_tokens[0], counting(), now).refusal, Refusal::malformed);
}

TEST(Spnego, ACopyGoesOnFromTheSamePlace) {
  SpnegoInitiator client(user);
  SpnegoAcceptor server;
  const Random random = counting();
  const auto challenge = server.accept(settings, client.step({}, random, now).token, random, now);
  SpnegoAcceptor copy = server;
  const Bytes second = client.step(challenge.token, random, now).token;
  EXPECT_EQ(server.accept(settings, second, random, now).token,
            copy.accept(settings, second, random, now).token);
}

// Cut at every byte and changed at every byte, on either side and at each leg: an answer, never a crash.
TEST(Spnego, AnyTokenIsSurvivedAtEachLeg) {
  const Random random = counting();
  const auto variants = [](const Bytes& bytes, auto use) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      use(wire::View(bytes).first(i));
      for (const unsigned change : {0x01u, 0x80u}) {
        Bytes changed = bytes;
        changed[i] = static_cast<std::uint8_t>(changed[i] ^ change);
        use(changed);
      }
    }
  };
  for (const bool bare : {false, true}) {
    SpnegoInitiator client(user, {.bare = bare});
    SpnegoAcceptor server;
    Bytes received;
    for (int leg = 0; leg < 2; ++leg) {
      variants(received, [&](wire::View bytes) { SpnegoInitiator(client).step(bytes, random, now); });
      const Bytes token = client.step(received, random, now).token;
      variants(token, [&](wire::View bytes) { SpnegoAcceptor(server).accept(settings, bytes, random, now); });
      received = server.accept(settings, token, random, now).token;
    }
    variants(received, [&](wire::View bytes) { SpnegoInitiator(client).step(bytes, random, now); });
    EXPECT_EQ(server.outcome().verdict, Verdict::user);
  }
}

}  // namespace
}  // namespace security
