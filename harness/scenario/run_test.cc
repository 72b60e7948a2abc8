#include "harness/scenario/run.h"

#include <gmock/gmock.h>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <stdexcept>
#include <utility>

#include "harness/audit/auditor.h"
#include "harness/scenario/sample_server.h"
#include "harness/scenario/sample_table.h"

namespace scenario {
namespace {

using smb2::NtStatus;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Effects = transport::Peer::Effects;

// Ten cases, n=0 to n=9, each a NEGOTIATE with its n in Reserved, which wants success.
constexpr std::string_view ten_cases =
    R"(<factor name="n" range="0..9"/><steps><connect as="c"/>
<request command="NEGOTIATE"><set field="Reserved" to="$n"/></request><response/></steps>)";

unsigned number_in(wire::View frame) {
  return std::get<smb2::NegotiateRequest>(message_in(frame).body).reserved;
}

std::vector<std::size_t> audit_rules(std::initializer_list<std::string_view> ids) {
  std::vector<std::size_t> indices;
  for (const std::string_view id : ids) {
    const auto found = std::ranges::find(audit::rules(), id, &audit::Rule::id);
    if (found == audit::rules().end()) throw std::runtime_error("no rule " + std::string(id));
    indices.push_back(static_cast<std::size_t>(found - audit::rules().begin()));
  }
  return indices;
}

struct Judged {
  explicit Judged(std::string_view body = ten_cases, std::string_view attributes = "level=\"MUST\"")
      : library(library_of(body, attributes)) {}

  // A network for each case whose server answers so.
  static Networks fresh(const SampleServer::Answer& answer) {
    return {.make =
                [answer](const boost::asio::any_io_executor&) {
                  return transport::memory_network(std::make_unique<SampleServer>(answer));
                },
            .shared = false};
  }

  const RunRecord& run(const Networks& networks, unsigned jobs = 1,
                       std::initializer_list<std::string_view> rules = {}) {
    std::vector<const Case*> selected;
    for (const Case& c : library.cases) selected.push_back(&c);
    const auto indices = audit_rules(rules);
    record.cases = unjudged(selected, library.requirements, indices);
    const TargetFacts facts;
    const RunEvents events{
        .started = [this](std::size_t index) { started.push_back(index); },
        .finished = [this](std::size_t index, const CaseResult&) { finished.push_back(index); },
        .idle = {},
        .wants_to_stop = wants_to_stop};
    scenario::run(record, selected, indices, library.requirements, networks, facts,
                  {.jobs = jobs, .repeats = repeats, .supervision = supervision, .late_signs = {}}, events);
    return record;
  }

  std::vector<Outcome> outcomes() const {
    std::vector<Outcome> list;
    for (const CaseResult& c : record.cases) list.push_back(c.outcome);
    return list;
  }

  Library library;
  RunRecord record;
  unsigned repeats = 1;
  std::function<std::string()> wants_to_stop;
  Supervision* supervision = nullptr;
  std::vector<std::size_t> started;
  std::vector<std::size_t> finished;
};

Effects refusing_odd_numbers(std::uint64_t connection, wire::View bytes) {
  return number_in(bytes) % 2 == 0 ? say(connection, response_to(bytes))
                                   : say(connection, refusal_of(bytes, NtStatus::invalid_parameter));
}

TEST(Run, NothingIsJudgedBeforeItRuns) {
  const Library library = library_of(ten_cases);
  const Case* const selected[] = {&library.cases[3]};
  const auto rules = audit_rules({"message-id"});
  const auto results = unjudged(selected, library.requirements, rules);
  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(results[0].id, "negotiate/sample[n=3]");
  EXPECT_EQ(results[0].outcome, Outcome::no_verdict);
  EXPECT_EQ(results[0].section, "3.3.5.4");
  EXPECT_EQ(results[1].id, "audit/message-id");
  EXPECT_EQ(results[1].outcome, Outcome::no_verdict);
  EXPECT_FALSE(results[1].requirements.empty());
}

TEST(Run, JudgesEveryCaseOnce) {
  Judged j;
  j.run(Judged::fresh(refusing_odd_numbers));
  for (std::size_t i = 0; i < 10; ++i) {
    const CaseResult& c = j.record.cases[i];
    EXPECT_EQ(c.id, fmt::format("negotiate/sample[n={}]", i));
    EXPECT_EQ(c.outcome, i % 2 == 0 ? Outcome::pass : Outcome::fail);
    EXPECT_EQ(c.expected, i % 2 == 0);
    EXPECT_EQ(c.recording.empty(), i % 2 == 0) << "kept for everything but pass";
  }
  EXPECT_THAT(j.finished, testing::UnorderedElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
  EXPECT_EQ(j.started, j.finished);
  EXPECT_EQ(j.record.stopped, "");
}

TEST(Run, EveryRepetitionIsADraw) {
  Judged j;
  j.repeats = 3;
  auto seen = std::make_shared<std::map<unsigned, unsigned>>();  // by number
  j.run(Judged::fresh([seen](std::uint64_t connection, wire::View bytes) {
          const unsigned n = number_in(bytes);
          const bool fails = n == 1 || (n == 2 && (*seen)[n] == 1);
          ++(*seen)[n];
          return say(connection, fails ? refusal_of(bytes, NtStatus::invalid_parameter) : response_to(bytes));
        }),
        1, {"message-id"});
  const auto& cases = j.record.cases;
  const Draw passed{Outcome::pass, ""};
  const Draw failed{Outcome::fail, cases[1].message};
  EXPECT_THAT(cases[0].draws, ElementsAre(passed, passed, passed));
  EXPECT_THAT(cases[1].draws, ElementsAre(failed, failed, failed));
  EXPECT_THAT(cases[2].draws, ElementsAre(passed, failed, passed));
  EXPECT_EQ(cases[2].outcome, Outcome::fail) << "the draw that is not as expected stands for the case";
  EXPECT_FALSE(cases[2].recording.empty());
  EXPECT_THAT(cases[10].draws, ElementsAre(passed, passed, passed)) << "an audit rule judges each round";
  EXPECT_EQ(j.finished.size(), 33U);
}

TEST(Run, OnceIsNoDraw) {
  Judged j;
  EXPECT_THAT(j.run(Judged::fresh(refusing_odd_numbers)).cases[0].draws, IsEmpty());
}

TEST(Run, StopsWhenItIsWanted) {
  Judged j;
  j.wants_to_stop = [&] { return j.finished.size() == 3 ? "enough" : ""; };
  j.run(Judged::fresh(refusing_odd_numbers), 1, {"message-id"});
  EXPECT_EQ(j.record.stopped, "enough");
  EXPECT_EQ(j.finished.size(), 3U);
  EXPECT_EQ(j.record.cases[2].outcome, Outcome::pass);
  EXPECT_EQ(j.record.cases[3].outcome, Outcome::no_verdict);
  EXPECT_EQ(j.record.cases[10].outcome, Outcome::no_verdict);
}

TEST(Run, ARoundThatIsNotFinishedTakesNoVerdictAway) {
  Judged j;
  j.repeats = 2;
  j.wants_to_stop = [&] { return j.finished.size() == 13 ? "enough" : ""; };
  j.run(Judged::fresh(refusing_odd_numbers));
  EXPECT_EQ(j.record.cases[2].draws.size(), 2U);
  EXPECT_EQ(j.record.cases[9].draws.size(), 1U);
  EXPECT_EQ(j.record.cases[9].outcome, Outcome::fail);
}

TEST(Run, VerdictsDoNotDependOnHowManyRunAtATime) {
  Judged one;
  Judged four;
  const auto rules = {std::string_view("signing-enabled"), std::string_view("message-id")};
  one.run(Judged::fresh(refusing_odd_numbers), 1, rules);
  four.run(Judged::fresh(refusing_odd_numbers), 4, rules);
  ASSERT_EQ(one.record.cases.size(), four.record.cases.size());
  for (std::size_t i = 0; i < one.record.cases.size(); ++i) {
    const CaseResult& a = one.record.cases[i];
    const CaseResult& b = four.record.cases[i];
    EXPECT_EQ(a.id, b.id);
    EXPECT_EQ(a.outcome, b.outcome) << a.id;
    EXPECT_EQ(a.message, b.message) << a.id;
    ASSERT_EQ(a.recording.size(), b.recording.size()) << a.id;
    for (std::size_t e = 0; e < a.recording.size(); ++e)
      EXPECT_EQ(a.recording[e].bytes, b.recording[e].bytes);
  }
  EXPECT_EQ(four.finished.size(), four.record.cases.size());
}

TEST(Run, MoreJobsThanCases) {
  Judged j;
  j.run(Judged::fresh(well_behaved), 64);
  EXPECT_THAT(j.outcomes(), Each(Outcome::pass));
}

TEST(Run, BelowMustAFailureIsExpectedUnlessStrict) {
  for (const bool strict : {false, true}) {
    Judged j(ten_cases, "level=\"SHOULD\"");
    j.record.strict = strict;
    j.run(Judged::fresh(refusing_odd_numbers));
    EXPECT_EQ(j.record.cases[1].outcome, Outcome::fail);
    EXPECT_EQ(j.record.cases[1].expected, !strict);
  }
}

// n=3, 7 and 8 answer without SIGNING_ENABLED.
Effects unsigning(std::uint64_t connection, wire::View bytes) {
  smb2::Message message = response_to(bytes);
  const unsigned n = number_in(bytes);
  if (n == 3 || n == 7 || n == 8) std::get<smb2::NegotiateResponse>(message.body).security_mode = {};
  return say(connection, message);
}

TEST(Run, AnAuditRuleHasOneVerdictWithTheEvidenceOfTheFirstCase) {
  for (const unsigned jobs : {1U, 4U}) {
    Judged j;
    j.run(Judged::fresh(unsigning), jobs, {"signing-enabled", "message-id", "interim-async-id"});
    ASSERT_EQ(j.record.cases.size(), 13U);
    const CaseResult& broken = j.record.cases[10];
    EXPECT_EQ(broken.outcome, Outcome::fail);
    EXPECT_FALSE(broken.expected);
    EXPECT_THAT(broken.message,
                testing::StartsWith("in negotiate/sample: 3 of 10 messages; SecurityMode is 0, not "));
    ASSERT_TRUE(broken.failure);
    EXPECT_EQ(broken.failure->what, "audit of negotiate/sample[n=3]");
    EXPECT_EQ(broken.failure->field, "SecurityMode");
    ASSERT_TRUE(broken.failure->event);
    const transport::Recorded& evidence = broken.recording.at(*broken.failure->event);
    EXPECT_EQ(evidence.event, transport::Event::received);
    EXPECT_EQ(number_in(broken.recording.at(1).bytes), 3U);
    EXPECT_EQ(j.record.cases[11].outcome, Outcome::pass);
    EXPECT_EQ(j.record.cases[12].outcome, Outcome::unsupported);
    EXPECT_EQ(j.record.cases[12].message, "no message of this run falls under the rule");
    EXPECT_TRUE(j.record.cases[12].expected);
    EXPECT_EQ(j.record.cases[3].outcome, Outcome::pass) << "the auditor never changes a scenario's outcome";
  }
}

TEST(Run, TheEvidenceIsTheFirstOfItsCase) {
  Judged j(R"(<steps><connect as="c"/><request command="NEGOTIATE"/><response/>
<connect as="d"/><request command="NEGOTIATE"/><response/></steps>)");
  const auto numbered = [](std::uint64_t connection, wire::View bytes) {
    smb2::Message message = response_to(bytes);
    message.header.session_id = 0x100 + connection;
    return say(connection, message);
  };
  j.run(Judged::fresh(numbered), 1, {"negotiate-session-id"});
  const CaseResult& rule = j.record.cases[1];
  EXPECT_EQ(rule.outcome, Outcome::fail);
  EXPECT_THAT(rule.message, HasSubstr("2 of 2 messages; SessionId is 0x0000000000000101, not 0"));
  EXPECT_EQ(rule.failure->event, 2U);
}

TEST(Run, OfNoCasesIsOver) {
  Judged j;
  j.library.cases.clear();
  j.run(Judged::fresh(well_behaved), 4, {"message-id"});
  ASSERT_EQ(j.record.cases.size(), 1U);
  EXPECT_EQ(j.record.cases[0].outcome, Outcome::unsupported);
  EXPECT_EQ(j.record.stopped, "");
}

// A server that all cases share: it answers until it is told a number, and is then gone.
struct Mortal {
  enum class Death { before_answering, after_answering };
  Mortal(unsigned n, Death death) : fatal(n), how(death) {}

  Networks networks() {
    return {.make =
                [this](const boost::asio::any_io_executor&) {
                  auto server =
                      std::make_unique<SampleServer>([this](std::uint64_t connection, wire::View bytes) {
                        return answer(connection, bytes);
                      });
                  return std::make_unique<RefusingNetwork>(transport::memory_network(std::move(server)),
                                                           [this] { return ++connections, dead; });
                },
            .shared = true};
  }

  Effects answer(std::uint64_t connection, wire::View bytes) {
    const bool kills = number_in(bytes) == fatal;
    dead = dead || kills;
    return kills && how == Death::before_answering ? leave(connection) : say(connection, response_to(bytes));
  }

  unsigned fatal;
  Death how;
  bool dead = false;
  unsigned connections = 0;
};

TEST(Run, ACaseThatKillsTheTargetIsACrash) {
  Mortal server(4, Mortal::Death::before_answering);
  Judged j;
  j.run(server.networks());
  const auto outcomes = j.outcomes();
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(outcomes[i], Outcome::pass);
  EXPECT_EQ(outcomes[4], Outcome::crash);
  EXPECT_THAT(j.record.cases[4].message, testing::AllOf(HasSubstr("the server closed the connection"),
                                                        testing::EndsWith("; fresh connections fail too")));
  EXPECT_FALSE(j.record.cases[4].expected);
  EXPECT_FALSE(j.record.cases[4].recording.empty());
  for (std::size_t i = 5; i < 10; ++i) EXPECT_EQ(outcomes[i], Outcome::no_verdict);
  EXPECT_EQ(j.record.stopped, "the target stopped answering at negotiate/sample[n=4]");
  EXPECT_EQ(exit_code(j.record), 1);
}

// Somebody who starts a mortal server again, and reads its log.
class Watched : public Supervision {
 public:
  explicit Watched(Mortal& server) : server_(server) {}

  std::string noticed() override { return std::exchange(sign, {}); }
  bool can_restart() const override { return restarts < most_restarts; }
  transport::Awaitable<std::expected<void, std::string>> restart() override {
    ++restarts;
    if (fails) co_return std::unexpected("it ends at once");
    server_.dead = false;
    co_return std::expected<void, std::string>();
  }

  std::string sign;
  unsigned restarts = 0;
  unsigned most_restarts = 20;
  bool fails = false;

 private:
  Mortal& server_;
};

// With the answer still due, and behind it, when only a fresh connection shows it.
TEST(SupervisedRun, StartsTheTargetAgainAndChargesTheCaseThatKilledIt) {
  for (const auto death : {Mortal::Death::before_answering, Mortal::Death::after_answering}) {
    for (const unsigned jobs : {1U, 4U}) {
      Mortal server(4, death);
      Watched watched(server);
      Judged j;
      j.supervision = &watched;
      j.run(server.networks(), jobs);
      for (std::size_t i = 0; i < 10; ++i)
        EXPECT_EQ(j.record.cases[i].outcome, i == 4 ? Outcome::crash : Outcome::pass)
            << jobs << " " << j.record.cases[i].id << " " << j.record.cases[i].message;
      EXPECT_THAT(j.record.cases[4].message, HasSubstr("fresh connections fail too"));
      EXPECT_GE(watched.restarts, 1U);
      EXPECT_EQ(j.record.stopped, "");
      EXPECT_EQ(exit_code(j.record), 1);
    }
  }
}

TEST(SupervisedRun, TheLastCaseMayBeTheOne) {
  for (const auto death : {Mortal::Death::before_answering, Mortal::Death::after_answering}) {
    Mortal server(9, death);
    Watched watched(server);
    Judged j;
    j.supervision = &watched;
    j.run(server.networks());
    EXPECT_EQ(j.record.cases[9].outcome, Outcome::crash);
    for (std::size_t i = 0; i < 9; ++i) EXPECT_EQ(j.record.cases[i].outcome, Outcome::pass);
  }
}

// A server that forks a process for each client answers the next one all the same.
TEST(SupervisedRun, ALineOfTheLogIsACrashWhereFreshConnectionsWork) {
  Mortal server(99, Mortal::Death::after_answering);
  Watched watched(server);
  bool died = false;
  const Networks networks{.make =
                              [&](const boost::asio::any_io_executor&) {
                                return transport::memory_network(std::make_unique<SampleServer>(
                                    [&](std::uint64_t connection, wire::View bytes) {
                                      if (number_in(bytes) == 4 && !std::exchange(died, true))
                                        watched.sign = "log: PANIC in 4711";
                                      return say(connection, response_to(bytes));
                                    }));
                              },
                          .shared = true};
  Judged j;
  j.supervision = &watched;
  j.run(networks);
  EXPECT_EQ(j.record.cases[4].outcome, Outcome::crash);
  EXPECT_THAT(j.record.cases[4].message, HasSubstr("log: PANIC in 4711"));
  EXPECT_EQ(std::ranges::count(j.outcomes(), Outcome::pass), 9);
  EXPECT_EQ(watched.restarts, 0U) << "it lives";
}

TEST(SupervisedRun, StopsWhereTheTargetCannotBeStartedAgain) {
  Mortal server(4, Mortal::Death::before_answering);
  Watched watched(server);
  watched.fails = true;
  Judged j;
  j.supervision = &watched;
  j.run(server.networks());
  EXPECT_EQ(j.record.cases[4].outcome, Outcome::crash);
  EXPECT_EQ(j.record.cases[5].outcome, Outcome::no_verdict);
  EXPECT_THAT(j.record.stopped, HasSubstr("cannot be started again: it ends at once"));
}

TEST(SupervisedRun, StopsWhenTooManyRestartsWereNeeded) {
  Mortal server(4, Mortal::Death::before_answering);
  Watched watched(server);
  watched.most_restarts = 0;
  Judged j;
  j.supervision = &watched;
  j.run(server.networks());
  EXPECT_EQ(j.record.cases[4].outcome, Outcome::crash);
  EXPECT_THAT(j.record.stopped, HasSubstr("stopped answering at negotiate/sample[n=4]"));
}

TEST(Run, ATargetFoundDeadAccusesNoCase) {
  Mortal server(4, Mortal::Death::after_answering);
  Judged j;
  j.run(server.networks(), 1, {"message-id", "negotiate-session-id"});
  const auto outcomes = j.outcomes();
  EXPECT_EQ(outcomes[4], Outcome::pass);
  for (std::size_t i = 5; i < 10; ++i) EXPECT_EQ(outcomes[i], Outcome::no_verdict);
  EXPECT_EQ(outcomes[10], Outcome::no_verdict) << "half a run proves no rule";
  EXPECT_EQ(j.record.stopped, "the target stopped answering at negotiate/sample[n=5]");
  EXPECT_EQ(exit_code(j.record), 4);
}

TEST(Run, ADeadTargetStopsAllJobs) {
  Mortal server(2, Mortal::Death::before_answering);
  Judged j;
  j.run(server.networks(), 4);
  EXPECT_THAT(j.record.stopped, HasSubstr("the target stopped answering at "));
  EXPECT_THAT(j.outcomes(), testing::Contains(Outcome::crash).Times(1));
  EXPECT_EQ(j.record.cases[9].outcome, Outcome::no_verdict);
}

TEST(Run, ALostConnectionAloneIsNoCrash) {
  const auto leaving_at_four = [](std::uint64_t connection, wire::View bytes) {
    return number_in(bytes) == 4 ? leave(connection) : say(connection, response_to(bytes));
  };
  Networks shared = Judged::fresh(leaving_at_four);
  shared.shared = true;
  Judged j;
  j.run(shared);
  EXPECT_EQ(j.record.cases[4].outcome, Outcome::fail);
  EXPECT_EQ(j.record.cases[5].outcome, Outcome::pass);
  EXPECT_EQ(j.record.stopped, "");
}

TEST(Run, InMemoryNoCaseKillsTheServerOfAnother) {
  Judged j;
  j.run(Judged::fresh([](std::uint64_t connection, wire::View) { return leave(connection); }));
  EXPECT_THAT(j.outcomes(), Each(Outcome::fail));
  EXPECT_EQ(j.record.stopped, "");
}

TEST(Run, ARefusedConnectionIsTriedOnceMore) {
  unsigned connections = 0;
  const Networks networks{.make =
                              [&](const boost::asio::any_io_executor&) {
                                return std::make_unique<RefusingNetwork>(
                                    transport::memory_network(std::make_unique<SampleServer>(well_behaved)),
                                    [&] { return ++connections == 3; });
                              },
                          .shared = true};
  Judged j;
  j.run(networks);
  EXPECT_THAT(j.outcomes(), Each(Outcome::pass));
  EXPECT_EQ(j.record.stopped, "");
  EXPECT_EQ(connections, 13U) << "ten cases, one of them twice, and two looks whether the target lives";
}

TEST(Run, AConnectionRefusedTwiceBlocksTheCase) {
  unsigned connections = 0;
  const Networks networks{.make =
                              [&](const boost::asio::any_io_executor&) {
                                return std::make_unique<RefusingNetwork>(
                                    transport::memory_network(std::make_unique<SampleServer>(well_behaved)),
                                    [&] { return ++connections == 3 || connections == 5; });
                              },
                          .shared = true};
  Judged j;
  j.run(networks);
  EXPECT_EQ(j.record.cases[2].outcome, Outcome::blocked);
  EXPECT_EQ(j.record.cases[3].outcome, Outcome::pass);
}

TEST(Run, AnExceptionIsAFaultOfTheToolAndEndsTheRun) {
  unsigned made = 0;
  const Networks networks{
      .make =
          [&](const boost::asio::any_io_executor&) {
            if (++made == 4) throw std::runtime_error("out of luck");
            return transport::memory_network(std::make_unique<SampleServer>(well_behaved));
          },
      .shared = false};
  Judged j;
  j.run(networks);
  EXPECT_EQ(j.record.stopped, "fault of the tool: out of luck");
  EXPECT_EQ(exit_code(j.record), 5);
  EXPECT_THAT(j.outcomes(), testing::Contains(Outcome::pass).Times(3));
  EXPECT_THAT(j.outcomes(), testing::Contains(Outcome::no_verdict).Times(7));
}

// Silence that lasts until every other case has begun, or for a thousand turns of the executor.
class SilentNetwork : public DeafNetwork {
 public:
  class SilentStream : public DeafStream {
   public:
    SilentStream(boost::asio::any_io_executor executor, const unsigned& begun)
        : executor_(std::move(executor)), begun_(begun) {}
    transport::Awaitable<transport::Result<void>> send(wire::View, transport::Time) override {
      co_return transport::Result<void>{};
    }
    transport::Awaitable<transport::Result<wire::Bytes>> receive(transport::Time) override {
      for (unsigned turn = 0; turn < 1000 && begun_ < 10; ++turn)
        co_await boost::asio::post(executor_, boost::asio::use_awaitable);
      co_return std::unexpected(transport::Error{transport::Fault::timeout, "the deadline passed"});
    }

   private:
    boost::asio::any_io_executor executor_;
    const unsigned& begun_;
  };

  SilentNetwork(boost::asio::any_io_executor executor, const unsigned& begun)
      : executor_(std::move(executor)), begun_(begun) {}
  transport::Awaitable<transport::Result<std::unique_ptr<transport::Stream>>> connect(
      transport::Time) override {
    co_return std::make_unique<SilentStream>(executor_, begun_);
  }

 private:
  boost::asio::any_io_executor executor_;
  const unsigned& begun_;
};

TEST(Run, ACaseThatWaitsForSilenceHoldsNobodyUp) {
  unsigned begun = 0;
  const Networks networks{
      .make = [&](const boost::asio::any_io_executor& executor) -> std::unique_ptr<transport::Network> {
        if (begun++ == 0) return std::make_unique<SilentNetwork>(executor, begun);
        return transport::memory_network(std::make_unique<SampleServer>(well_behaved));
      },
      .shared = false};
  Judged j(R"(<factor name="n" range="0..9"/><steps><connect as="c"/><request command="NEGOTIATE"/>
<silence for="200ms" if="$n == 0"/><response if="$n != 0"/></steps>)");
  j.run(networks);
  EXPECT_THAT(j.outcomes(), Each(Outcome::pass));
  EXPECT_EQ(j.finished.size(), 10U);
  EXPECT_NE(j.finished.front(), 0U) << "the others have been judged meanwhile";
}

// Closes every connection once a minute has passed.
class SleepyServer : public SampleServer {
 public:
  SleepyServer() : SampleServer(well_behaved) {}
  Effects advance(transport::Time now) override {
    if (now < std::chrono::minutes(1)) return {};
    closed_ = true;
    return leave(1);
  }
  std::optional<transport::Time> next_deadline() const override {
    if (closed_) return std::nullopt;
    return std::chrono::minutes(1);
  }

 private:
  bool closed_ = false;
};

constexpr std::string_view minute_passes =
    R"(<steps><connect as="c"/><request command="NEGOTIATE"/><response/><advance by="1min"/><closed on="c"/></steps>)";

TEST(Run, ACaseThatMovesTheClockGetsAServerOfItsOwn) {
  Judged judged(minute_passes, R"(level="MUST" server="guests=yes")");
  std::vector<std::string> asked;
  const TargetFacts facts = {{"target.controlled", Term{std::string("yes")}}};
  Networks networks = Judged::fresh(refusing_odd_numbers);
  networks.control = [&](const boost::asio::any_io_executor&,
                         const Case& instance) -> std::expected<ControlledTarget, std::string> {
    asked = instance.settings;
    return ControlledTarget{transport::memory_network(std::make_unique<SleepyServer>()), &facts};
  };
  EXPECT_THAT(judged.run(networks).cases[0], testing::Field(&CaseResult::outcome, Outcome::pass));
  EXPECT_THAT(asked, ElementsAre("guests=yes"));
}

TEST(Run, WhatATargetCannotBeSetToIsUnsupported) {
  Judged judged(minute_passes, R"(level="MUST" server="guests=yes")");
  EXPECT_EQ(judged.run(Judged::fresh(well_behaved)).cases[0].message, "needs a server with guests=yes");
  EXPECT_EQ(judged.record.cases[0].outcome, Outcome::unsupported);

  Judged clock(minute_passes);
  EXPECT_EQ(clock.run(Judged::fresh(well_behaved)).cases[0].message,
            "needs a server whose clock can be moved");

  Networks networks = Judged::fresh(well_behaved);
  networks.control = [](const boost::asio::any_io_executor&,
                        const Case&) -> std::expected<ControlledTarget, std::string> {
    return std::unexpected("guests and no guests");
  };
  EXPECT_EQ(judged.run(networks).cases[0].outcome, Outcome::unsupported);
  EXPECT_EQ(judged.record.cases[0].message, "guests and no guests");
}

}  // namespace
}  // namespace scenario
