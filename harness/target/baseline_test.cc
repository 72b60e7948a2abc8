#include "harness/target/baseline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace target {
namespace {

using scenario::Level;
using scenario::Outcome;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

Baseline baseline_of(std::string_view lines) {
  auto baseline = parse_baseline("# smbspec baseline v1  suite 0.1\n" + std::string(lines), "known.txt");
  EXPECT_TRUE(baseline) << baseline.error();
  return baseline.value_or(Baseline{});
}

std::string error_of(std::string_view lines) {
  const auto baseline = parse_baseline("# smbspec baseline v1\n" + std::string(lines), "known.txt");
  return baseline ? "" : baseline.error();
}

scenario::CaseResult result(std::string id, Outcome outcome, std::string message = {}) {
  return {.id = std::move(id), .outcome = outcome, .message = std::move(message)};
}

scenario::RunRecord run_of(std::vector<scenario::CaseResult> cases) {
  scenario::RunRecord record;
  record.cases = std::move(cases);
  return record;
}

TEST(Baseline, ReadsItsFourColumns) {
  const Baseline baseline = baseline_of(
      "lock/range-conflict[len=0]  fail  \"Status is \\\"0\\\"\"  https://example.org/b#c3\n"
      "\n"
      "   # a comment\n"
      "negotiate/twice[d=2.0.2 3.0]\tfail|pass\tdepends on who closes first\r\n"
      "compress/*  unsupported  # build without compression");
  ASSERT_EQ(baseline.size(), 3u);
  EXPECT_EQ(baseline[0].pattern, "lock/range-conflict[len=0]");
  EXPECT_THAT(baseline[0].outcomes, ElementsAre(Outcome::fail));
  EXPECT_THAT(baseline[0].messages, ElementsAre("Status is \"0\""));
  EXPECT_EQ(baseline[0].reason, "https://example.org/b#c3");
  EXPECT_EQ(baseline[0].source.file, "known.txt");
  EXPECT_EQ(baseline[0].source.line, 2u);
  EXPECT_EQ(baseline[1].pattern, "negotiate/twice[d=2.0.2 3.0]");
  EXPECT_THAT(baseline[1].outcomes, ElementsAre(Outcome::fail, Outcome::pass));
  EXPECT_THAT(baseline[1].messages, IsEmpty());
  EXPECT_EQ(baseline[1].reason, "depends on who closes first");
  EXPECT_EQ(baseline[1].source.line, 5u);
  EXPECT_EQ(baseline[2].reason, "build without compression");
}

TEST(Baseline, RefusesAnotherVersionOrNoHeading) {
  for (const char* text :
       {"", "a/b fail x\n", "# smbspec baseline v2\n", "# smbspec baseline v10\na/b fail x\n"}) {
    const auto baseline = parse_baseline(text, "known.txt");
    ASSERT_FALSE(baseline) << text;
    EXPECT_THAT(baseline.error(), AllOf(StartsWith("known.txt:1: "), HasSubstr("# smbspec baseline v1")))
        << text;
  }
}

TEST(Baseline, NamesEveryWrongLineAtOnce) {
  EXPECT_EQ(error_of("a/b\n"
                     "a/c  failed  reason\n"
                     "a/d  no-verdict  reason\n"
                     "a/e  fail\n"
                     "a/f  fail  \"open  reason\n"
                     "a/g  pass  reason\n"
                     "a/h  fail  reason\n"
                     "a/h  crash  reason\n"),
            "known.txt:2: no outcome after the id; write: id  fail  \"message\"  reason\n"
            "known.txt:3: \"failed\" cannot be expected; write one or more of fail, pass, unsupported, "
            "blocked, crash, "
            "observe, with | between\n"
            "known.txt:4: \"no-verdict\" cannot be expected; write one or more of fail, pass, unsupported, "
            "blocked, "
            "crash, observe, with | between\n"
            "known.txt:5: no reason; end the line with why, or with a link\n"
            "known.txt:6: the quoted message does not end; close it with \"\n"
            "known.txt:7: pass is expected of every case; remove the line\n"
            "known.txt:9: a/h stands in line 8 too; remove one");
}

TEST(Baseline, AFileThatIsNotThereIsAnError) {
  const auto baseline = load_baseline("/nowhere/known.txt");
  ASSERT_FALSE(baseline);
  EXPECT_THAT(baseline.error(), AllOf(StartsWith("/nowhere/known.txt: "), HasSubstr("cannot be read")));
  EXPECT_FALSE(load_baseline("/"));
}

TEST(Baseline, LoadsAFile) {
  const std::string path = testing::TempDir() + "smbspec-baseline-test.txt";
  std::ofstream(path) << "# smbspec baseline v1\na/b fail reason\n";
  const auto baseline = load_baseline(path);
  std::filesystem::remove(path);
  ASSERT_TRUE(baseline) << baseline.error();
  EXPECT_THAT(*baseline, SizeIs(1));
}

TEST(Wildcards, MatchAnywhereInAnId) {
  EXPECT_TRUE(matches("a/b", "a/b"));
  EXPECT_FALSE(matches("a/b", "a/bc"));
  EXPECT_TRUE(matches("*", "a/b[c=1]"));
  EXPECT_TRUE(matches("a/*", "a/b[c=1]"));
  EXPECT_TRUE(matches("a/*[c=*,d=2]", "a/b[c=1,d=2]"));
  EXPECT_FALSE(matches("a/*[c=*,d=2]", "a/b[c=1,d=3]"));
  EXPECT_TRUE(matches("*ab", "aab"));
  EXPECT_TRUE(matches("a**", "a"));
  EXPECT_FALSE(matches("", "a"));
  EXPECT_FALSE(matches("a*b", "a"));
}

TEST(Expectations, WithoutABaselineOutcomesStandForThemselves) {
  auto record = run_of({result("a/pass", Outcome::pass), result("a/fail", Outcome::fail)});
  record.cases.push_back({.id = "a/should", .level = Level::should, .outcome = Outcome::fail});
  record.cases[0].excuse = "of an earlier baseline";
  record.baseline_problems = {"of an earlier baseline"};
  apply({}, record, true);
  EXPECT_TRUE(record.cases[0].expected);
  EXPECT_EQ(record.cases[0].excuse, "");
  EXPECT_FALSE(record.cases[1].expected);
  EXPECT_TRUE(record.cases[2].expected);
  EXPECT_THAT(record.baseline_problems, IsEmpty());
}

TEST(Expectations, AListedFailureIsExpectedAndKeepsItsReason) {
  auto record =
      run_of({result("a/b", Outcome::fail, "Status is STATUS_SUCCESS"), result("a/c", Outcome::fail)});
  apply(baseline_of("a/b fail \"Status is\" bug 12\n"), record, true);
  EXPECT_TRUE(record.cases[0].expected);
  EXPECT_EQ(record.cases[0].excuse, "bug 12");
  EXPECT_FALSE(record.cases[1].expected);
  EXPECT_THAT(record.baseline_problems, IsEmpty());
}

TEST(Expectations, ACaseThatPassesNowIsStale) {
  auto record = run_of({result("a/b", Outcome::pass)});
  apply(baseline_of("a/b fail bug 12\n"), record, false);
  EXPECT_FALSE(record.cases[0].expected);
  EXPECT_EQ(record.cases[0].excuse, "bug 12");
  EXPECT_THAT(record.baseline_problems,
              ElementsAre("known.txt:2: a/b passes now, fail was expected; remove the line or narrow it"));
}

TEST(Expectations, AnotherMessageOrOutcomeIsUnexpected) {
  auto record =
      run_of({result("a/b", Outcome::fail, "connection lost"), result("a/c", Outcome::crash, "gone")});
  apply(baseline_of("a/b fail \"Status is\" x\na/c fail x\n"), record, false);
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
    apply(flaky, record, true);
    EXPECT_EQ(record.cases[0].expected, expected) << message;
  }
}

TEST(Expectations, OneOfSeveralMessagesWillDo) {
  const Baseline baseline = baseline_of("a/b  fail  \"Status is A\"|\"Status is B\"  it depends\n");
  for (const auto& [message, expected] :
       {std::pair{"Status is A", true}, {"Status is B, not C", true}, {"Status is C", false}}) {
    auto record = run_of({result("a/b", Outcome::fail, message)});
    apply(baseline, record, true);
    EXPECT_EQ(record.cases[0].expected, expected) << message;
  }
}

TEST(Expectations, ACaseThatIsUnsupportedDisagreesWithNothing) {
  const Baseline baseline = baseline_of("a/b  fail  \"Status is\"  NEG-099\n");
  auto record = run_of({result("a/b", Outcome::unsupported, "the target does not implement 3.1.1")});
  apply(baseline, record, true);
  EXPECT_TRUE(record.cases[0].expected);
  EXPECT_EQ(record.cases[0].excuse, "");
  EXPECT_THAT(record.baseline_problems, IsEmpty());
}

TEST(Expectations, NothingExcusesACaseThatWasNotJudged) {
  auto record = run_of({result("a/b", Outcome::no_verdict), result("a/c", Outcome::harness_error)});
  apply(baseline_of("a/* fail|unsupported x\n"), record, true);
  EXPECT_FALSE(record.cases[0].expected);
  EXPECT_FALSE(record.cases[1].expected);
  EXPECT_THAT(record.baseline_problems, IsEmpty());
}

TEST(Expectations, AnUnknownIdIsAProblemOnlyWhenEverythingWasSelected) {
  auto record = run_of({result("a/b", Outcome::pass)});
  const Baseline baseline = baseline_of("a/old-name fail x\nq/* unsupported x\n");
  apply(baseline, record, false);
  EXPECT_THAT(record.baseline_problems, IsEmpty());
  apply(baseline, record, true);
  EXPECT_THAT(record.baseline_problems, ElementsAre(HasSubstr("a/old-name"), HasSubstr("q/*")));
}

TEST(Expectations, AWildcardCoversTwentyCasesAndNoMore) {
  scenario::RunRecord record;
  for (int i = 0; i < 20; ++i) record.cases.push_back(result("a/" + std::to_string(i), Outcome::fail));
  const Baseline baseline = baseline_of("a/* fail x\n");
  apply(baseline, record, true);
  EXPECT_THAT(record.baseline_problems, IsEmpty());
  EXPECT_TRUE(record.cases[0].expected);

  record.cases.push_back(result("a/20", Outcome::fail));
  apply(baseline, record, true);
  EXPECT_THAT(record.baseline_problems,
              ElementsAre(AllOf(HasSubstr("covers 21 cases"), HasSubstr("narrow it"))));
  EXPECT_FALSE(record.cases[0].expected);
}

TEST(Expectations, AWildcardForUnsupportedCoversAnyNumber) {
  scenario::RunRecord record;
  for (int i = 0; i < 500; ++i)
    record.cases.push_back(result("a/" + std::to_string(i), Outcome::unsupported));
  apply(baseline_of("a/* unsupported x\n"), record, true);
  EXPECT_THAT(record.baseline_problems, IsEmpty());
  EXPECT_EQ(record.cases[499].excuse, "x");
  record.cases[7].outcome = Outcome::pass;
  apply(baseline_of("a/* unsupported x\n"), record, true);
  EXPECT_THAT(record.baseline_problems, ElementsAre(HasSubstr("a/7 passes now")));
}

TEST(Expectations, AnExactLineWinsOverAWildcard) {
  for (const char* lines : {"a/* fail wild\na/b crash exact\n", "a/b crash exact\na/* fail wild\n"}) {
    auto record = run_of({result("a/b", Outcome::crash), result("a/c", Outcome::fail)});
    apply(baseline_of(lines), record, true);
    EXPECT_EQ(record.cases[0].excuse, "exact");
    EXPECT_EQ(record.cases[1].excuse, "wild");
    EXPECT_THAT(record.baseline_problems, IsEmpty());
  }
}

TEST(Expectations, AnObservationIsComparedByItsValue) {
  auto record = run_of({result("a/b", Outcome::observe)});
  record.cases[0].observed = "8388608";
  apply(baseline_of("a/b observe \"8388608\" as shipped\n"), record, true);
  EXPECT_TRUE(record.cases[0].expected);
  record.cases[0].observed = "65536";
  apply(baseline_of("a/b observe \"8388608\" as shipped\n"), record, true);
  EXPECT_FALSE(record.cases[0].expected);
}

}  // namespace
}  // namespace target
