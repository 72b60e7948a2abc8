#include "harness/scenario/covering.h"

#include <gmock/gmock.h>

#include <set>

namespace scenario {
namespace {

bool anything(const Choice&) { return true; }

using Pair = std::tuple<std::size_t, std::size_t, std::size_t, std::size_t>;  // factor, value, factor, value

std::set<Pair> pairs_in(const std::vector<Choice>& rows) {
  std::set<Pair> pairs;
  for (const Choice& row : rows) {
    for (std::size_t a = 0; a < row.size(); ++a) {
      for (std::size_t b = a + 1; b < row.size(); ++b) pairs.emplace(a, row[a].value(), b, row[b].value());
    }
  }
  return pairs;
}

TEST(CoveringRows, HoldEveryPairInFarFewerRowsThanThereAreCombinations) {
  const std::vector<std::size_t> sizes = {5, 4, 4, 3, 3, 2};
  const auto rows = covering_rows(sizes, 2, anything);
  std::size_t all_pairs = 0;
  for (std::size_t a = 0; a < sizes.size(); ++a) {
    for (std::size_t b = a + 1; b < sizes.size(); ++b) all_pairs += sizes[a] * sizes[b];
  }
  EXPECT_EQ(pairs_in(rows).size(), all_pairs);
  EXPECT_GE(rows.size(), 20U) << "no fewer than the two largest factors need";
  EXPECT_LE(rows.size(), 30U) << "of 1440 combinations";
}

TEST(CoveringRows, OfAllFactorsAreAllCombinations) {
  EXPECT_EQ(covering_rows(std::vector<std::size_t>{2, 3, 2}, 3, anything).size(), 12U);
  EXPECT_EQ(covering_rows(std::vector<std::size_t>{2, 3}, 9, anything).size(), 6U);
}

TEST(CoveringRows, OfStrengthOneShowEveryValue) {
  EXPECT_EQ(covering_rows(std::vector<std::size_t>{2, 5, 3}, 1, anything).size(), 5U);
}

TEST(CoveringRows, KeepWhatIsAllowedAndStillHoldEveryOtherPair) {
  const std::vector<std::size_t> sizes = {3, 3, 3};
  const auto allowed = [](const Choice& row) { return !(row[0] == 0 && row[1] == 0); };
  const auto rows = covering_rows(sizes, 2, allowed);
  EXPECT_EQ(pairs_in(rows).size(), 26U) << "27 without the one that is not allowed";
  EXPECT_FALSE(pairs_in(rows).contains(Pair{0, 0, 1, 0}));
}

TEST(CoveringRows, TurnBackWhereThereIsNoWayOn) {
  // Whatever the first factor is, the last decides the one between: greed alone runs into the wall.
  const auto allowed = [](const Choice& row) {
    return !row[1] || !row[2] || (*row[1] == 0) == (*row[2] == 1);
  };
  const auto rows = covering_rows(std::vector<std::size_t>{2, 2, 2}, 2, allowed);
  EXPECT_EQ(rows.size(), 4U);
  for (const Choice& row : rows) EXPECT_TRUE(allowed(row));
}

TEST(CoveringRows, AreSortedAndAlwaysTheSame) {
  const std::vector<std::size_t> sizes = {4, 3, 3, 2};
  const auto rows = covering_rows(sizes, 2, anything);
  EXPECT_TRUE(std::ranges::is_sorted(rows));
  EXPECT_EQ(rows, covering_rows(sizes, 2, anything));
}

TEST(CoveringRows, AreNoneWhereNothingIsAllowed) {
  EXPECT_TRUE(covering_rows(std::vector<std::size_t>{2, 2}, 2, [](const Choice&) { return false; }).empty());
}

}  // namespace
}  // namespace scenario
