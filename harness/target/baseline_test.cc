#include "harness/target/baseline.h"

#include <gmock/gmock.h>

#include "harness/target/sample_baseline.h"

namespace target {
namespace {

using scenario::Level;
using scenario::Outcome;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

TEST(Expectations, WithoutABaselineOutcomesStandForThemselves) {
  auto record = run_of({result("a/pass", Outcome::pass), result("a/fail", Outcome::fail)});
  record.cases.push_back({.id = "a/should", .level = Level::should, .outcome = Outcome::fail});
  record.cases[0].excuse = "of an earlier baseline";
  record.baseline_problems = {"of an earlier baseline"};
  target::apply({}, record);
  EXPECT_TRUE(record.cases[0].expected);
  EXPECT_EQ(record.cases[0].excuse, "");
  EXPECT_FALSE(record.cases[1].expected);
  EXPECT_TRUE(record.cases[2].expected);
  EXPECT_THAT(record.baseline_problems, IsEmpty());
}

TEST(Expectations, AListedFailureIsExpectedAndKeepsItsReason) {
  auto record =
      run_of({result("a/b", Outcome::fail, "Status is STATUS_SUCCESS"), result("a/c", Outcome::fail)});
  target::apply(baseline_of("a/b fail \"Status is\" bug 12\n"), record);
  EXPECT_TRUE(record.cases[0].expected);
  EXPECT_EQ(record.cases[0].excuse, "bug 12");
  EXPECT_FALSE(record.cases[1].expected);
  EXPECT_THAT(record.baseline_problems, IsEmpty());
}

TEST(Expectations, ACaseThatPassesNowIsStale) {
  auto record = run_of({result("a/b", Outcome::pass)});
  target::apply(baseline_of("a/b fail bug 12\n"), record);
  EXPECT_FALSE(record.cases[0].expected);
  EXPECT_EQ(record.cases[0].excuse, "bug 12");
  EXPECT_THAT(record.baseline_problems,
              ElementsAre("known.txt:2: a/b passes now, fail was expected; remove the line or narrow it"));
}

TEST(Expectations, AnotherMessageOrOutcomeIsUnexpected) {
  auto record =
      run_of({result("a/b", Outcome::fail, "connection lost"), result("a/c", Outcome::crash, "gone")});
  target::apply(baseline_of("a/b fail \"Status is\" x\na/c fail x\n"), record);
  for (const auto& c : record.cases) EXPECT_FALSE(c.expected) << c.id;
  EXPECT_THAT(record.baseline_problems,
              ElementsAre(AllOf(StartsWith("known.txt:2: a/b differs"), HasSubstr("connection lost")),
                          StartsWith("known.txt:3: a/c is crash now")));
}

TEST(Expectations, AFlakyCaseMayDoEitherButFailOnlyAsTold) {
  const Baseline flaky = baseline_of("a/b fail|pass \"late\" timing\n");
  for (const auto& [outcome, message, expected] : {std::tuple{Outcome::pass, "", true},
                                                   {Outcome::fail, "late by 2 s", true},
                                                   {Outcome::fail, "wrong", false}}) {
    auto record = run_of({result("a/b", outcome, message)});
    target::apply(flaky, record);
    EXPECT_EQ(record.cases[0].expected, expected) << message;
  }
}

TEST(Expectations, OneOfSeveralMessagesWillDo) {
  const Baseline baseline = baseline_of("a/b  fail  \"Status is A\"|\"Status is B\"  it depends\n");
  for (const auto& [message, expected] :
       {std::pair{"Status is A", true}, {"Status is B, not C", true}, {"Status is C", false}}) {
    auto record = run_of({result("a/b", Outcome::fail, message)});
    target::apply(baseline, record);
    EXPECT_EQ(record.cases[0].expected, expected) << message;
  }
}

TEST(Expectations, ACaseThatIsUnsupportedDisagreesWithNothing) {
  const Baseline baseline = baseline_of("a/b  fail  \"Status is\"  NEG-099\n");
  auto record = run_of({result("a/b", Outcome::unsupported, "the target does not implement 3.1.1")});
  target::apply(baseline, record);
  EXPECT_TRUE(record.cases[0].expected);
  EXPECT_EQ(record.cases[0].excuse, "");
  EXPECT_THAT(record.baseline_problems, IsEmpty());
}

TEST(Expectations, NothingExcusesACaseThatWasNotJudged) {
  auto record = run_of({result("a/b", Outcome::no_verdict), result("a/c", Outcome::harness_error)});
  target::apply(baseline_of("a/* fail|unsupported x\n"), record);
  EXPECT_FALSE(record.cases[0].expected);
  EXPECT_FALSE(record.cases[1].expected);
  EXPECT_THAT(record.baseline_problems, IsEmpty());
}

TEST(Expectations, AnUnknownIdIsAProblemOnlyWhenEverythingWasSelected) {
  auto record = run_of({result("a/b", Outcome::pass)});
  const Baseline baseline = baseline_of("a/old-name fail x\nq/* unsupported x\n");
  target::apply(baseline, record);
  EXPECT_THAT(record.baseline_problems, IsEmpty());
  record.whole_suite = true;
  record.shard = {1, 2};
  target::apply(baseline, record);
  EXPECT_THAT(record.baseline_problems, IsEmpty());
  record.shard = {};
  target::apply(baseline, record);
  EXPECT_THAT(record.baseline_problems, ElementsAre(HasSubstr("a/old-name"), HasSubstr("q/*")));
}

TEST(Expectations, AWildcardCoversTwentyCasesAndNoMore) {
  scenario::RunRecord record;
  for (int i = 0; i < 20; ++i) record.cases.push_back(result("a/" + std::to_string(i), Outcome::fail));
  const Baseline baseline = baseline_of("a/* fail x\n");
  target::apply(baseline, record);
  EXPECT_THAT(record.baseline_problems, IsEmpty());
  EXPECT_TRUE(record.cases[0].expected);

  record.cases.push_back(result("a/20", Outcome::fail));
  target::apply(baseline, record);
  EXPECT_THAT(record.baseline_problems,
              ElementsAre(AllOf(HasSubstr("covers 21 cases"), HasSubstr("narrow it"))));
  EXPECT_FALSE(record.cases[0].expected);
}

TEST(Expectations, AWildcardForUnsupportedCoversAnyNumber) {
  scenario::RunRecord record;
  for (int i = 0; i < 500; ++i)
    record.cases.push_back(result("a/" + std::to_string(i), Outcome::unsupported));
  target::apply(baseline_of("a/* unsupported x\n"), record);
  EXPECT_THAT(record.baseline_problems, IsEmpty());
  EXPECT_EQ(record.cases[499].excuse, "x");
  record.cases[7].outcome = Outcome::pass;
  target::apply(baseline_of("a/* unsupported x\n"), record);
  EXPECT_THAT(record.baseline_problems, ElementsAre(HasSubstr("a/7 passes now")));
}

TEST(Expectations, AnExactLineWinsOverAWildcard) {
  for (const char* lines : {"a/* fail wild\na/b crash exact\n", "a/b crash exact\na/* fail wild\n"}) {
    auto record = run_of({result("a/b", Outcome::crash), result("a/c", Outcome::fail)});
    target::apply(baseline_of(lines), record);
    EXPECT_EQ(record.cases[0].excuse, "exact");
    EXPECT_EQ(record.cases[1].excuse, "wild");
    EXPECT_THAT(record.baseline_problems, IsEmpty());
  }
}

TEST(Expectations, AnObservationIsComparedByItsValue) {
  auto record = run_of({result("a/b", Outcome::observe)});
  record.cases[0].observed = "8388608";
  target::apply(baseline_of("a/b observe \"8388608\" as shipped\n"), record);
  EXPECT_TRUE(record.cases[0].expected);
  record.cases[0].observed = "65536";
  target::apply(baseline_of("a/b observe \"8388608\" as shipped\n"), record);
  EXPECT_FALSE(record.cases[0].expected);
}

TEST(Expectations, AnUnknownIdIsAnsweredWithTheNearest) {
  auto record =
      whole_run_of({result("lock/range[len=0]", Outcome::pass), result("lock/range[len=1]", Outcome::pass),
                    result("lease/break", Outcome::pass)});
  target::apply(baseline_of("lease/brake fail x\nlock/range[len=O] fail x\n"), record);
  EXPECT_THAT(record.baseline_problems, ElementsAre(HasSubstr("did you mean lease/break?"),
                                                    HasSubstr("did you mean lock/range[len=0]?")));
}

TEST(Expectations, ARenamedCaseIsExcusedAndItsLineIsAProblem) {
  const Aliases aliases = {{"a/old", "a/new"}};
  auto record = run_of({result("a/new[1]", Outcome::fail)});
  target::apply(baseline_of("a/old[1] fail bug 12\n", aliases), record);
  EXPECT_TRUE(record.cases[0].expected);
  EXPECT_EQ(record.cases[0].excuse, "bug 12");
  EXPECT_THAT(record.baseline_problems, ElementsAre(HasSubstr("a/old[1] is called a/new[1] now")));
}

TEST(Expectations, ALineEndsAfterItsLastDay) {
  for (const auto& [started, ends] :
       {std::pair{"2027-01-31T23:59:59Z", false}, {"2027-02-01T00:00:00Z", true}}) {
    auto record = run_of({result("a/b", Outcome::fail)});
    record.started = started;
    target::apply(baseline_of("a/b fail until=2027-01-31 bug 12\na/c fail until=2027-01-31 not selected\n"),
                  record);
    EXPECT_TRUE(record.cases[0].expected);
    if (ends) {
      EXPECT_THAT(record.baseline_problems, ElementsAre(HasSubstr("a/b was expected until 2027-01-31")));
    } else {
      EXPECT_THAT(record.baseline_problems, IsEmpty());
    }
  }
}

TEST(Draws, AreJudgedOneByOne) {
  const auto flaky = drawn("a/b", {{Outcome::pass, ""}, {Outcome::fail, "late"}, {Outcome::pass, ""}});
  auto record = run_of({flaky});
  target::apply(baseline_of("a/b fail timing\n"), record);
  EXPECT_FALSE(record.cases[0].expected);
  EXPECT_THAT(
      record.baseline_problems,
      ElementsAre(AllOf(HasSubstr("a/b passes in 2 of 3, fail was expected"), HasSubstr("baseline update"))));
  target::apply(baseline_of("a/b fail|pass 1/3 timing\n"), record);
  EXPECT_TRUE(record.cases[0].expected);
  EXPECT_EQ(record.cases[0].excuse, "timing");
  EXPECT_THAT(record.baseline_problems, IsEmpty());
}

TEST(Draws, ThatFailInSeveralWaysHaveToBeToldAll) {
  auto record =
      run_of({drawn("a/b", {{Outcome::fail, "late"}, {Outcome::fail, "gone"}, {Outcome::crash, "dead"}})});
  target::apply(baseline_of("a/b fail \"late\" x\n"), record);
  EXPECT_FALSE(record.cases[0].expected);
  EXPECT_THAT(record.baseline_problems, ElementsAre(HasSubstr("differs: \"gone\"")));
  target::apply(baseline_of("a/b fail \"late\"|\"gone\" x\n"), record);
  EXPECT_THAT(record.baseline_problems, ElementsAre(HasSubstr("a/b is crash in 1 of 3 (\"dead\")")));
  target::apply(baseline_of("a/b fail|crash \"late\"|\"gone\"|\"dead\" x\n"), record);
  EXPECT_TRUE(record.cases[0].expected);
}

TEST(Draws, WithoutABaselineAllHaveToPass) {
  auto record = run_of({drawn("a/b", {{Outcome::pass, ""}, {Outcome::fail, "late"}}),
                        drawn("a/c", {{Outcome::pass, ""}, {Outcome::unsupported, "no"}})});
  target::apply({}, record);
  EXPECT_FALSE(record.cases[0].expected);
  EXPECT_TRUE(record.cases[1].expected);
}

TEST(Draws, AreExcusedWhileARunGoesOn) {
  const Baseline baseline = baseline_of("a/b fail|pass \"late\" x\n");
  EXPECT_TRUE(excuses(baseline, drawn("a/b", {{Outcome::pass, ""}, {Outcome::fail, "late by 1 s"}})));
  EXPECT_FALSE(excuses(baseline, drawn("a/b", {{Outcome::fail, "late"}, {Outcome::fail, "gone"}})));
  EXPECT_FALSE(excuses(baseline, result("a/c", Outcome::fail, "late")));
}

TEST(AuditRules, MayHoldInAPartOfTheSuite) {
  const Baseline baseline = baseline_of("audit/signature fail \"in a/b, c/d: \" x\n");
  for (const auto& [part, whole, message] : {std::tuple{true, true, "in a/b, c/d: 3 of 58 messages; it is"},
                                             {true, true, "in c/d: 1 of 5 messages; it is"},
                                             {false, false, "in a/b, e/f: 3 of 58 messages; it is"},
                                             {false, false, "in a/b"},
                                             {true, false, ""}}) {
    const std::string text = message;
    auto record = run_of({result("audit/signature", text.empty() ? Outcome::pass : Outcome::fail, text)});
    target::apply(baseline, record);
    EXPECT_EQ(record.cases[0].expected, part) << text;
    record.whole_suite = true;
    target::apply(baseline, record);
    EXPECT_EQ(record.cases[0].expected, whole) << text;
  }
}

TEST(Unsupported, HasToBeListedWhereThatIsAsked) {
  const Baseline baseline = baseline_of("a/b fail x\nc/* unsupported not built in\n");
  auto record = run_of({result("a/b", Outcome::unsupported), result("c/d", Outcome::unsupported),
                        result("e/f", Outcome::unsupported)});
  target::apply(baseline, record);
  for (const auto& c : record.cases) EXPECT_TRUE(c.expected) << c.id;
  target::apply(baseline, record, Unsupported::listed);
  EXPECT_FALSE(record.cases[0].expected);
  EXPECT_TRUE(record.cases[1].expected);
  EXPECT_EQ(record.cases[1].excuse, "not built in");
  EXPECT_FALSE(record.cases[2].expected);
}

TEST(Unsupported, IsListedByAnyEntryThatSpeaksOfTheCase) {
  const Baseline baseline = baseline_of("a/b fail what it does elsewhere\na/* unsupported not built in\n");
  auto record = run_of({result("a/b", Outcome::unsupported)});
  target::apply(baseline, record, Unsupported::listed);
  EXPECT_TRUE(record.cases[0].expected);
  EXPECT_EQ(record.cases[0].excuse, "not built in");
  record = run_of({result("a/b", Outcome::pass)});
  target::apply(baseline, record, Unsupported::listed);
  EXPECT_THAT(record.baseline_problems, ElementsAre(HasSubstr("fail was expected")));
}

}  // namespace
}  // namespace target
