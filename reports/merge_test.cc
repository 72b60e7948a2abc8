#include "reports/merge.h"

#include <gmock/gmock.h>

namespace report {
namespace {

using scenario::CaseResult;
using scenario::Outcome;
using scenario::RunRecord;
using testing::ElementsAre;
using testing::HasSubstr;

RunRecord shard(unsigned index, unsigned count, std::vector<std::pair<std::string, Outcome>> outcomes) {
  RunRecord record{.suite_version = "0.1.0", .target = "smb://127.0.0.1", .seed = 7, .shard = {index, count}};
  for (auto& [id, outcome] : outcomes) {
    record.cases.push_back({.id = std::move(id),
                            .outcome = outcome,
                            .expected = scenario::is_expected(outcome, scenario::Level::must, false)});
  }
  return record;
}

std::vector<std::string> verdicts(const RunRecord& record) {
  std::vector<std::string> list;
  for (const CaseResult& c : record.cases)
    list.push_back(c.id + " " + std::string(scenario::name(c.outcome)));
  return list;
}

std::string refusal(std::vector<RunRecord> shards) {
  const auto all = merge(std::move(shards));
  return all ? "" : all.error();
}

TEST(Merge, ShardsInAnyOrderAreOneRun) {
  const auto all = merge({shard(2, 2, {{"b", Outcome::fail}, {"audit/x", Outcome::pass}}),
                          shard(1, 2, {{"a", Outcome::pass}, {"audit/x", Outcome::unsupported}})});
  ASSERT_TRUE(all) << all.error();
  EXPECT_THAT(verdicts(*all), ElementsAre("a pass", "b fail", "audit/x pass"));
  EXPECT_EQ(all->shard, scenario::Shard());
  EXPECT_EQ(scenario::exit_code(*all), 1);
  EXPECT_THAT(all->rerun, HasSubstr("smbspec run 'b'"));
}

TEST(Merge, ARuleFailsWhereItFailsInOneShard) {
  const auto all =
      merge({shard(1, 2, {{"audit/x", Outcome::fail}}), shard(2, 2, {{"audit/x", Outcome::pass}})});
  ASSERT_TRUE(all) << all.error();
  EXPECT_THAT(verdicts(*all), ElementsAre("audit/x fail"));
}

TEST(Merge, ARuleTellsTheScenariosOfAllShards) {
  const auto broken = [](unsigned index, std::vector<scenario::Draw> draws) {
    RunRecord record = shard(index, 2, {{"audit/x", draws.front().outcome}});
    record.repeats = 2;
    record.cases[0].message = draws.front().message;
    record.cases[0].draws = std::move(draws);
    return record;
  };
  const auto all = merge({broken(1, {{Outcome::fail, "in c/d: 1 of 5 messages; A"}, {Outcome::pass, ""}}),
                          broken(2, {{Outcome::fail, "in a/b: 2 of 9 messages; B"},
                                     {Outcome::fail, "in a/b: 2 of 9 messages; B"}})});
  ASSERT_TRUE(all) << all.error();
  EXPECT_EQ(all->cases[0].message, "in a/b, c/d: 1 of 5 messages; A");
  EXPECT_THAT(all->cases[0].draws,
              ElementsAre(scenario::Draw{Outcome::fail, "in a/b, c/d: 1 of 5 messages; A"},
                          scenario::Draw{Outcome::fail, "in a/b: 2 of 9 messages; B"}));
}

TEST(Merge, AMissingShardIsIncomplete) {
  const auto all = merge({shard(3, 4, {{"c", Outcome::pass}}), shard(1, 4, {{"a", Outcome::pass}})});
  ASSERT_TRUE(all) << all.error();
  EXPECT_EQ(all->stopped, "of 4 shards these are missing: 2, 4");
  EXPECT_EQ(scenario::exit_code(*all), 4);
}

TEST(Merge, AShardThatStoppedStoppedAll) {
  auto second = shard(2, 2, {{"b", Outcome::no_verdict}});
  second.stopped = "interrupted";
  const auto all = merge({shard(1, 2, {{"a", Outcome::pass}}), second});
  ASSERT_TRUE(all) << all.error();
  EXPECT_EQ(all->stopped, "interrupted");
}

TEST(Merge, WhatBelongsToAnotherRunIsRefused) {
  auto other = shard(2, 2, {});
  other.seed = 8;
  EXPECT_THAT(refusal({shard(1, 2, {}), other}), HasSubstr("shard 2 of 2"));
  EXPECT_THAT(refusal({shard(1, 2, {}), shard(1, 2, {})}), HasSubstr("given twice"));
  EXPECT_THAT(refusal({shard(1, 1, {}), shard(1, 1, {})}), HasSubstr("given twice"));
  EXPECT_FALSE(merge({}));
}

TEST(Merge, OneWholeRunStaysAsItIs) {
  auto one = shard(1, 1, {{"a", Outcome::pass}});
  one.rerun = "again";
  const auto all = merge({one});
  ASSERT_TRUE(all) << all.error();
  EXPECT_EQ(all->rerun, "again");
}

}  // namespace
}  // namespace report
