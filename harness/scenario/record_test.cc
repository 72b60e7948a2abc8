#include "harness/scenario/record.h"

#include <gtest/gtest.h>

namespace scenario {
namespace {

constexpr Outcome all_outcomes[] = {Outcome::no_verdict, Outcome::pass,         Outcome::fail,
                                    Outcome::observe,    Outcome::unsupported,  Outcome::blocked,
                                    Outcome::crash,      Outcome::harness_error};

RunRecord run_of(std::vector<Outcome> outcomes) {
  RunRecord record;
  for (const Outcome outcome : outcomes) {
    record.cases.push_back(
        {.id = "negotiate/a", .outcome = outcome, .expected = is_expected(outcome, Level::must, false)});
  }
  return record;
}

TEST(Outcome, NamesReadBack) {
  for (const Outcome outcome : all_outcomes) EXPECT_EQ(outcome_of(name(outcome)), outcome) << name(outcome);
  for (const Level level : {Level::must, Level::should, Level::may, Level::observe}) {
    EXPECT_EQ(level_of(name(level)), level);
  }
  EXPECT_EQ(name(Outcome::no_verdict), "no-verdict");
  EXPECT_EQ(name(Outcome::harness_error), "harness-error");
  EXPECT_EQ(outcome_of("passed"), std::nullopt);
  EXPECT_EQ(level_of("must"), std::nullopt);
}

TEST(Outcome, OnlyAFailureBelowMustIsForgivenAndNotWhenStrict) {
  for (const Outcome outcome : all_outcomes) {
    const bool fine =
        outcome == Outcome::pass || outcome == Outcome::observe || outcome == Outcome::unsupported;
    for (const bool strict : {false, true}) {
      EXPECT_EQ(is_expected(outcome, Level::must, strict), fine) << name(outcome);
      for (const Level level : {Level::should, Level::may, Level::observe}) {
        EXPECT_EQ(is_expected(outcome, level, strict), fine || (outcome == Outcome::fail && !strict))
            << name(outcome);
      }
    }
  }
}

TEST(ExitCode, IsTheClassOfWhatHappened) {
  using enum Outcome;
  EXPECT_EQ(exit_code(run_of({pass, observe, unsupported})), 0);
  for (const Outcome red : {fail, blocked, crash}) EXPECT_EQ(exit_code(run_of({pass, red})), 1) << name(red);
  EXPECT_EQ(exit_code(run_of({pass, no_verdict})), 4);
  EXPECT_EQ(exit_code(run_of({pass, harness_error})), 5);
  EXPECT_EQ(exit_code(run_of({})), 2);
}

TEST(ExitCode, UnexpectedWinsOverIncomplete) {
  using enum Outcome;
  EXPECT_EQ(exit_code(run_of({no_verdict, fail, harness_error})), 1);
  EXPECT_EQ(exit_code(run_of({no_verdict, harness_error})), 5);
}

TEST(ExitCode, AnUnreachableTargetIsItsOwnClass) {
  RunRecord record = run_of({Outcome::no_verdict, Outcome::blocked});
  record.unreachable = true;
  record.stopped = "target not reachable";
  EXPECT_EQ(exit_code(record), 3);
}

TEST(ExitCode, AStoppedRunIsIncompleteEvenWithAVerdictForEveryCase) {
  RunRecord record = run_of({Outcome::pass});
  record.stopped = "interrupted";
  EXPECT_EQ(exit_code(record), 4);
}

TEST(ExitCode, AProblemOfTheBaselineReddens) {
  RunRecord record = run_of({Outcome::pass});
  record.baseline_problems = {"known.txt:3: no case has this id"};
  EXPECT_EQ(exit_code(record), 1);
}

TEST(ExitCode, AnExpectedFailureIsGreenAndAnUnexpectedPassIsNot) {
  RunRecord record = run_of({Outcome::fail});
  record.cases[0].expected = true;
  EXPECT_EQ(exit_code(record), 0);
  record = run_of({Outcome::pass});
  record.cases[0].expected = false;
  EXPECT_EQ(exit_code(record), 1);
}

}  // namespace
}  // namespace scenario
