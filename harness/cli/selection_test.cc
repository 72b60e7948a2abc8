#include "harness/cli/selection.h"

#include <gmock/gmock.h>

#include <fstream>
#include <set>

#include "harness/cli/cases.h"

namespace cli {
namespace {

using scenario::Level;
using testing::HasSubstr;

const scenario::Library& library() {
  static const scenario::Library all = *load_cases(std::nullopt);
  return all;
}

Selection selected(const CaseArguments& wanted) {
  auto selection = select(library(), wanted);
  EXPECT_TRUE(selection) << selection.error();
  return selection ? *std::move(selection) : Selection();
}

std::string refusal(const CaseArguments& wanted) {
  const auto selection = select(library(), wanted);
  return selection ? "" : selection.error();
}

TEST(Select, EverythingWithoutAConditionAndThenOnly) {
  EXPECT_TRUE(selected({}).whole_suite);
  EXPECT_EQ(selected({}).cases.size(), library().cases.size());
  EXPECT_FALSE(selected({.exclude = {"negotiate/dialect-selection"}}).whole_suite);
  EXPECT_FALSE(selected({.levels = {Level::must}}).whole_suite);
  EXPECT_FALSE(selected({.rows = 3}).whole_suite);
}

TEST(Select, ByLevel) {
  const Selection musts = selected({.levels = {Level::must}});
  for (const scenario::Case* c : musts.cases) EXPECT_EQ(c->scenario->level, Level::must) << c->id;
  const Selection others = selected({.levels = {Level::should, Level::may, Level::observe}});
  EXPECT_EQ(musts.cases.size() + others.cases.size(), library().cases.size());
  EXPECT_FALSE(musts.audit_rules.empty());
}

TEST(Select, BySectionWithThoseInIt) {
  const Selection setup = selected({.sections = {"3.3.5.5"}});
  std::set<std::string> sections;
  for (const scenario::Case* c : setup.cases) {
    for (const std::string& id : c->scenario->requirements) {
      const std::string& section = library().requirements.find(id)->section;
      if (section.starts_with("3.3.5.5")) sections.insert(section);
      EXPECT_NE(section, "3.3.5.51");
    }
  }
  EXPECT_GT(sections.size(), 1U) << "3.3.5.5.1 and so on are in it";
  EXPECT_GT(selected({.sections = {"3.3.5.5", "3.3.5.6"}}).cases.size(), setup.cases.size());
}

TEST(Select, EveryKindOfConditionHasToHold) {
  const Selection both = selected({.select = {"negotiate"}, .levels = {Level::should}});
  for (const scenario::Case* c : both.cases) {
    EXPECT_TRUE(c->id.starts_with("negotiate/")) << c->id;
    EXPECT_EQ(c->scenario->level, Level::should) << c->id;
  }
  EXPECT_THAT(refusal({.select = {"negotiate"}, .sections = {"3.3.5.5"}}), HasSubstr("no case is left"));
}

TEST(Select, AtMostSoManyRowsOfAScenarioTheFirstAndTheLastAmongThem) {
  const std::string_view range = "negotiate/server-range";
  const auto rows = [&](std::size_t most) {
    std::vector<std::string> ids;
    for (const scenario::Case* c : selected({.select = {std::string(range)}, .rows = most}).cases)
      ids.push_back(c->id);
    return ids;
  };
  const auto all = rows(100'000);
  ASSERT_GT(all.size(), 20U);
  for (std::size_t most = 2; most < 20; ++most) {
    const auto some = rows(most);
    ASSERT_EQ(some.size(), most);
    EXPECT_EQ(some.front(), all.front());
    EXPECT_EQ(some.back(), all.back());
  }
  EXPECT_EQ(rows(1), std::vector{all.front()});
  EXPECT_EQ(rows(all.size()), all);
  std::set<const scenario::Scenario*> scenarios;
  for (const scenario::Case* c : selected({.rows = 1}).cases)
    EXPECT_TRUE(scenarios.insert(c->scenario).second);
  EXPECT_EQ(scenarios.size(), library().scenarios.size()) << "no scenario is left out";
}

TEST(Select, WhatHoldsForNothingIsAnError) {
  EXPECT_THAT(refusal({.select = {"negotiat"}}), HasSubstr("no case matches \"negotiat\""));
  EXPECT_THAT(refusal({.tags = {"hars"}}), HasSubstr("did you mean \"harsh\"?"));
  EXPECT_THAT(refusal({.sections = {"9.9"}}), HasSubstr("section 9.9"));
  EXPECT_THAT(refusal({.select = {"negotiate"}, .exclude = {"negotiate"}}), HasSubstr("no case is left"));
  EXPECT_THAT(refusal({.select = {"audit/message-id"}}), HasSubstr("audit rules judge the traffic"));
  EXPECT_THAT(refusal({.failed_in = "/nonexistent.json"}), HasSubstr("/nonexistent.json"));
}

TEST(Select, ShardsShareEveryCase) {
  std::multiset<std::string> ids;
  for (unsigned i = 1; i <= 3; ++i) {
    Selection part = selected({});
    part.keep({i, 3});
    for (const scenario::Case* c : part.cases) ids.insert(c->id);
    EXPECT_FALSE(part.audit_rules.empty());
  }
  std::multiset<std::string> all;
  for (const scenario::Case& c : library().cases) all.insert(c.id);
  EXPECT_EQ(ids, all);
}

TEST(Selects, WholeIdsAndTheirBeginnings) {
  EXPECT_TRUE(selects("negotiate/dialects[a]", "negotiate/dialects[a]"));
  EXPECT_TRUE(selects("negotiate/dialects", "negotiate/dialects[a]"));
  EXPECT_TRUE(selects("negotiate", "negotiate/dialects[a]"));
  EXPECT_TRUE(selects("negotiate/", "negotiate/dialects[a]"));
}

TEST(Selects, NotTheBeginningOfAWord) {
  EXPECT_FALSE(selects("negotiate/dialect", "negotiate/dialects[a]"));
  EXPECT_FALSE(selects("nego", "negotiate/dialects[a]"));
}

TEST(Selects, Patterns) {
  EXPECT_TRUE(selects("*/dial*", "negotiate/dialects[a]"));
  EXPECT_FALSE(selects("*/dial", "negotiate/dialects[a]"));
}

}  // namespace
}  // namespace cli
