#include "harness/target/baseline_fold.h"

#include <gmock/gmock.h>

#include "harness/target/baseline_file.h"

namespace target {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

std::vector<std::string> fold(const std::vector<std::string_view>& ids,
                              const std::vector<std::string_view>& all, std::size_t most = 20) {
  return folded(ids, all, most, [](std::string_view) { return true; });
}

// Two dialects by three ciphers.
const std::vector<std::string_view> table = {"a/b[d=1,c=x]", "a/b[d=1,c=y]", "a/b[d=1,c=z]",
                                             "a/b[d=2,c=x]", "a/b[d=2,c=y]", "a/b[d=2,c=z]"};

TEST(Fold, AllRowsAreOneWildcard) { EXPECT_THAT(fold(table, table), ElementsAre("a/b[*]")); }

TEST(Fold, WhatRowsHaveInCommonStays) {
  EXPECT_THAT(fold({table[0], table[1], table[2]}, table), ElementsAre("a/b[d=1,*]"));
  EXPECT_THAT(fold({table[0], table[3]}, table), ElementsAre("a/b[*,c=x]"));
}

TEST(Fold, ARowThatFailsAloneIsNamed) {
  EXPECT_THAT(fold({table[4]}, table), ElementsAre("a/b[d=2,c=y]"));
  EXPECT_THAT(fold({"a/b"}, std::vector<std::string_view>{"a/b"}), ElementsAre("a/b"));
}

TEST(Fold, NothingElseIsCovered) {
  EXPECT_THAT(fold({table[0], table[1], table[2], table[3]}, table),
              ElementsAre("a/b[d=1,*]", "a/b[d=2,c=x]"));
  EXPECT_THAT(fold({table[0], table[4]}, table), ElementsAre("a/b[d=1,c=x]", "a/b[d=2,c=y]"));
}

TEST(Fold, AWildcardIsBounded) {
  EXPECT_THAT(fold(table, table, 4), ElementsAre("a/b[d=1,*]", "a/b[d=2,*]"));
  EXPECT_THAT(fold(table, table, 1), SizeIs(6));
}

TEST(Fold, RowsWithoutFactorsAreAllOrEach) {
  const std::vector<std::string_view> rows = {"a/b[first]", "a/b[second,with comma]", "a/b[third]"};
  EXPECT_THAT(fold(rows, rows), ElementsAre("a/b[*]"));
  EXPECT_THAT(fold({rows[0], rows[1]}, rows), ElementsAre("a/b[first]", "a/b[second,with comma]"));
}

TEST(Fold, AWildcardThatIsTakenIsNotUsed) {
  const auto patterns =
      folded(table, table, 20, [](std::string_view pattern) { return pattern != "a/b[*]"; });
  EXPECT_THAT(patterns, ElementsAre("a/b[d=1,*]", "a/b[d=2,*]"));
}

}  // namespace
}  // namespace target
