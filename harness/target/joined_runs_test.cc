#include "harness/target/joined_runs.h"

#include <gmock/gmock.h>

#include "harness/target/sample_baseline.h"

namespace target {
namespace {

using scenario::Draw;
using scenario::Outcome;
using scenario::RunRecord;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string names[] = {"one.json", "two.json", "three.json"};

TEST(JoinedRuns, HaveTheDrawsOfAll) {
  RunRecord runs[] = {whole_run_of({result("a/b", Outcome::pass), result("a/c", Outcome::pass)}),
                      whole_run_of({drawn("a/c", {{Outcome::pass, ""}, {Outcome::fail, "late"}}),
                                    drawn("a/b", {{Outcome::pass, ""}, {Outcome::pass, ""}})}),
                      whole_run_of({result("a/b", Outcome::pass), result("a/c", Outcome::fail, "gone")})};
  runs[1].repeats = 2;
  runs[1].started = "2026-11-22T00:00:00Z";
  const auto all = joined(runs, names);
  ASSERT_TRUE(all) << all.error();
  EXPECT_EQ(all->repeats, 4U);
  EXPECT_EQ(all->started, "2026-11-22T00:00:00Z");
  EXPECT_TRUE(all->whole_suite);
  ASSERT_EQ(all->cases.size(), 2U);
  EXPECT_EQ(all->cases[0].id, "a/b");
  EXPECT_EQ(all->cases[0].draws, std::vector<Draw>(4, Draw{Outcome::pass, ""}));
  EXPECT_EQ(all->cases[0].outcome, Outcome::pass);
  EXPECT_THAT(all->cases[1].draws, ElementsAre(Draw{Outcome::pass, ""}, Draw{Outcome::pass, ""},
                                               Draw{Outcome::fail, "late"}, Draw{Outcome::fail, "gone"}));
  EXPECT_EQ(all->cases[1].outcome, Outcome::fail);
  EXPECT_EQ(all->cases[1].message, "late");
}

TEST(JoinedRuns, OneAloneIsAsItIs) {
  const RunRecord run = run_of({result("a/b", Outcome::fail)});
  const auto all = joined({&run, 1}, names);
  ASSERT_TRUE(all);
  EXPECT_TRUE(all->cases[0].draws.empty());
  EXPECT_FALSE(all->whole_suite);
}

TEST(JoinedRuns, WhatStoppedOneHasStoppedAll) {
  RunRecord runs[] = {run_of({result("a/b", Outcome::pass)}), run_of({result("a/b", Outcome::pass)})};
  runs[1].stopped = "interrupted";
  EXPECT_EQ(joined(runs, names)->stopped, "interrupted");
}

TEST(JoinedRuns, OfOtherCasesOrVersionsAreRefused) {
  RunRecord runs[] = {run_of({result("a/b", Outcome::pass)}), run_of({result("a/c", Outcome::pass)})};
  EXPECT_THAT(joined(runs, names).error(), AllOf(HasSubstr("one.json and two.json"), HasSubstr("cases")));
  runs[1].cases[0].id = "a/b";
  runs[1].suite_version = "9";
  EXPECT_THAT(joined(runs, names).error(), AllOf(HasSubstr("two.json"), HasSubstr("one version")));
}

}  // namespace
}  // namespace target
