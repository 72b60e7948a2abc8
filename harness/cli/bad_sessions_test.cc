// Servers that go wrong with a session under way: each gets a verdict that names what is wrong with it, at
// once or at the deadline of a step.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <numeric>

#include "harness/audit/auditor.h"
#include "harness/cli/bends.h"
#include "harness/cli/probing.h"
#include "harness/scenario/conversation.h"
#include "harness/scenario/run.h"
#include "harness/scenario/sample_table.h"

namespace cli {
namespace {

using scenario::CaseResult;
using scenario::Outcome;
using scenario::RunRecord;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// The verdicts of one case that signs in, connects to a tree and sends two ECHOs, and of all audit rules.
RunRecord judged(const Bend& bend, const reference::Settings& settings, std::string_view dialect,
                 std::string_view change = "") {
  const scenario::Library library = scenario::library_of(fmt::format(R"(<steps>
<connect as="c" dialect="{}"/>
<session as="s" on="c">{}</session>
<tree as="t" of="s" share="IPC$"/>
<request command="ECHO" session="s"/><response/>
<request command="ECHO" session="s"/><response/>
</steps>)",
                                                                     dialect, change));
  const std::vector<const scenario::Case*> selected = {&library.cases.at(0)};
  std::vector<std::size_t> rules(audit::rules().size());
  std::iota(rules.begin(), rules.end(), 0U);
  scenario::TargetFacts facts;
  tell_accounts(facts, embedded_accounts(), embedded_share);
  const reference::Server server = make_server(settings, 1);
  const scenario::Networks networks{
      .make =
          [&](const boost::asio::any_io_executor&) {
            return transport::memory_network(std::make_unique<BentPeer>(server, bend));
          },
      .shared = false};
  RunRecord record{.strict = true};
  record.cases = scenario::unjudged(selected, library.requirements, rules);
  scenario::run(record, selected, rules, library.requirements, networks, facts,
                {.case_options = {.now = filetime_now(), .accounts = embedded_accounts()}}, {});
  return record;
}

std::vector<std::string> red_rules(const RunRecord& record) {
  std::vector<std::string> red;
  for (const CaseResult& result : record.cases) {
    if (result.id.starts_with("audit/") && result.outcome == Outcome::fail) red.push_back(result.id);
  }
  return red;
}

struct Misbehaviour {
  const char* name;
  Bend bend;
  const char* verdict;  // of the case; nothing where it passes and a rule alone is broken
  const char* rule = nullptr;
  std::string_view dialect = "3.1.1";
  bool encrypts = false;
  std::string_view change = "";  // of the sign-in
};

void PrintTo(const Misbehaviour& m, std::ostream* out) { *out << m.name; }

class BadSession : public testing::TestWithParam<Misbehaviour> {};

TEST_P(BadSession, IsNamed) {
  const Misbehaviour& m = GetParam();
  reference::Settings settings = full_settings();
  settings.encrypt_data = m.encrypts;
  const RunRecord record = judged(m.bend, settings, m.dialect, m.change);
  const CaseResult& result = record.cases.front();
  EXPECT_EQ(result.outcome, m.verdict == nullptr ? Outcome::pass : Outcome::fail) << result.message;
  if (m.verdict != nullptr) {
    EXPECT_THAT(result.message, HasSubstr(m.verdict));
    ASSERT_TRUE(result.failure);
  }
  if (m.rule != nullptr) {
    EXPECT_THAT(red_rules(record), testing::Contains(fmt::format("audit/{}", m.rule)));
  }
  EXPECT_EQ(scenario::exit_code(record), 1);
}

constexpr std::size_t negotiate = 0;
constexpr std::size_t challenge = 1;
constexpr std::size_t success = 2;
constexpr std::size_t tree = 3;
constexpr std::size_t echo = 4;

const Misbehaviour misbehaviours[] = {
    {"AnotherSessionAtTheEnd", at(success, flipped(session_id)), "but it is for session 0x",
     "session-id-same"},
    {"AnotherSessionAtTheTree", at(tree, flipped(session_id)), nullptr, "session-id"},
    {"WrongSignatureAtTheEnd", at(success, flipped(signature)),
     "no session: SESSION_SETUP Response with STATUS_SUCCESS (0x00000000), but its signature is wrong",
     "signature"},
    {"WrongSignatureAtTheEndOfASignInOfAnotherMode", at(success, flipped(signature)),
     "but its signature is wrong", "signature", "3.1.1", false,
     R"(<set field="SecurityMode" to="SIGNING_ENABLED|SIGNING_REQUIRED"/>)"},
    {"WrongSignatureAtTheTree", at(tree, flipped(signature)),
     "no tree: TREE_CONNECT Response with STATUS_SUCCESS (0x00000000), but its signature is wrong",
     "signature"},
    {"WrongSignatureOfAnEcho", at(echo, flipped(signature)), nullptr, "signature"},
    {"NoSignatureAtTheEnd", at(success, without_signature()), "but it is not signed, which 3.1.1 wants",
     "session-setup-signed"},
    {"NoSignatureOfAnEcho", at(echo, without_signature()), nullptr, "signed-as-asked"},
    {"ASealThatDoesNotOpen", at(tree, flipped(last_byte)), "no tree: a frame of 132 bytes that does not open",
     "seal", "3.1.1", true},
    {"ASealWithAnotherTag", at(echo, flipped(transform_signature)), "does not open", "seal", "3.1.1", true},
    {"ASealOfAnotherSession", at(tree, flipped(transform_session_id)), "is sealed for a session without keys",
     nullptr, "3.1.1", true},
    {"TwoChallenges", at(challenge, twice()), "which answers no request (MessageId 1)", "one-final-response",
     "3.0"},
    {"TwoEnds", at(success, twice()), "which answers no request (MessageId 2)", "one-final-response"},
    {"TwoEchoes", at(echo, twice()), "which answers no request (MessageId 4)", "one-final-response"},
    {"AnAnswerToNothing", at(tree, behind_a_stray()), "which answers no request", "message-id"},
    {"AnAnswerToNothingInsteadOfTheEnd", at(success, flipped(message_id)), "which answers no request"},
    {"AnotherCommandAtTheChallenge", at(challenge, flipped(command)), "but it answers SMB2 SESSION_SETUP",
     "command", "3.0"},
    {"ARequestInsteadOfAResponse", at(challenge, flipped(flags)), "but it is a request", nullptr, "3.0"},
    {"InterimForEver", at(challenge, interims(1000)),
     "no session: 64 interim responses to SMB2 SESSION_SETUP and no final one"},
    {"InterimAndNothingMore", at(success, interims(1)),
     "no session: no final answer within 2000 ms, after 1 interim response"},
    {"InterimAndAnEndWithoutItsAsyncId", at(success, behind_interims(1)),
     "but its interim response had AsyncId 0x63, and it has none", "final-async-id"},
    {"AChallengeOf64KiB", at(challenge, large_challenge(65400)),
     "no further leg: the answer to the server's token takes", nullptr, "3.0"},
    {"AChallengeThatPointsOutside", at(challenge, challenge_that_points_outside()),
     "no further leg: a CHALLENGE_MESSAGE that points outside itself", nullptr, "3.0"},
    {"ATokenOutsideTheMessage", at(challenge, token_outside()), "no further leg: no NTLM CHALLENGE_MESSAGE",
     nullptr, "3.0"},
    {"AChallengeOfNoise", at(challenge, noise_as_token()), "no further leg: no NTLM CHALLENGE_MESSAGE",
     nullptr, "3.0"},
    {"LeavesBeforeTheDialect", at(negotiate, leave()), "no dialect: the server closed the connection"},
    {"LeavesBeforeTheChallenge", at(challenge, leave()), "no session: the server closed the connection"},
    {"LeavesBeforeTheEnd", at(success, leave()), "no session: the server closed the connection"},
    {"LeavesBeforeTheTree", at(tree, leave()), "no tree: the server closed the connection"},
    {"LeavesBeforeTheEcho", at(echo, leave()), "the server closed the connection instead of a response"},
    {"LeavesInTheMiddleOfTheChallenge", at(challenge, cut()), "no session: the server closed the connection"},
    {"IsSilentBeforeTheDialect", at(negotiate, silence()), "no dialect: no answer within 2000 ms"},
    {"IsSilentBeforeTheChallenge", at(challenge, silence()), "no session: no answer within 2000 ms"},
    {"IsSilentBeforeTheEnd", at(success, silence()), "no session: no answer within 2000 ms"},
    {"IsSilentBeforeTheTree", at(tree, silence()), "no tree: no answer within 2000 ms"},
    {"IsSilentBeforeTheEcho", at(echo, silence()), "no answer within 2000 ms instead of a response"},
    {"AccountLockedAtTheEnd", at(success, refused(scenario::account_locked_out)),
     "no session: SESSION_SETUP ERROR Response with STATUS_ACCOUNT_LOCKED_OUT"},
};

INSTANTIATE_TEST_SUITE_P(All, BadSession, testing::ValuesIn(misbehaviours),
                         [](const auto& info) { return std::string(info.param.name); });

// Nothing of this is wrong.
class OddSession : public testing::TestWithParam<Misbehaviour> {};

TEST_P(OddSession, IsNotAccused) {
  const RunRecord record = judged(GetParam().bend, full_settings(), GetParam().dialect);
  EXPECT_EQ(record.cases.front().outcome, Outcome::pass) << record.cases.front().message;
  EXPECT_THAT(red_rules(record), IsEmpty());
  EXPECT_EQ(scenario::exit_code(record), 0);
}

INSTANTIATE_TEST_SUITE_P(All, OddSession,
                         testing::Values(Misbehaviour{"OneByteAtATime", everywhere(byte_by_byte()), nullptr},
                                         Misbehaviour{"AnInterimResponseToTheFirstLeg",
                                                      at(challenge, after_an_interim()), nullptr, nullptr,
                                                      "3.0"}),
                         [](const auto& info) { return std::string(info.param.name); });

// The first sign-in that is told so ends the run: each further try may prolong the lockout.
TEST(LockedOut, EndsTheRun) {
  unsigned tries = 0;
  const Bend locked = at(success, [&](wire::Bytes frame) {
    ++tries;
    return refused(scenario::account_locked_out)(std::move(frame));
  });
  const scenario::Library library = scenario::library_of(R"(<factor name="n" range="1..9"/>
<steps><connect as="c" dialect="3.0"/><session as="s" on="c"/></steps>)");
  std::vector<const scenario::Case*> selected;
  for (const scenario::Case& one : library.cases) selected.push_back(&one);
  scenario::TargetFacts facts;
  tell_accounts(facts, embedded_accounts(), embedded_share);
  const reference::Server server = make_server(full_settings(), 1);
  const scenario::Networks networks{
      .make =
          [&](const boost::asio::any_io_executor&) {
            return transport::memory_network(std::make_unique<BentPeer>(server, locked));
          },
      .shared = false};
  RunRecord record;
  record.cases = scenario::unjudged(selected, library.requirements, {});
  scenario::run(record, selected, {}, library.requirements, networks, facts,
                {.case_options = {.accounts = embedded_accounts()}}, {});
  EXPECT_EQ(tries, 1U);
  EXPECT_THAT(record.stopped, HasSubstr("the target has locked out an account at negotiate/sample[n=1]"));
  EXPECT_EQ(record.cases.at(8).outcome, Outcome::no_verdict);
  EXPECT_THAT(scenario::exit_code(record), testing::AnyOf(1, 4));
}

}  // namespace
}  // namespace cli
