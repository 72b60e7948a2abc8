#include "harness/target/line_diff.h"

#include <gtest/gtest.h>

namespace target {
namespace {

TEST(LineDiff, NothingChanged) {
  LineDiff diff;
  diff.keep("a");
  diff.keep("b");
  EXPECT_EQ(diff.text(), "a\nb\n");
  EXPECT_EQ(diff.unified(), "");
}

TEST(LineDiff, ShowsThreeLinesAroundAChange) {
  LineDiff diff;
  for (const char* line : {"1", "2", "3", "4", "5"}) diff.keep(line);
  diff.remove("6");
  diff.add("six");
  diff.add("and a half");
  for (const char* line : {"7", "8", "9", "10"}) diff.keep(line);
  EXPECT_EQ(diff.text(), "1\n2\n3\n4\n5\nsix\nand a half\n7\n8\n9\n10\n");
  EXPECT_EQ(diff.unified(), "@@ -3,7 +3,8 @@\n 3\n 4\n 5\n-6\n+six\n+and a half\n 7\n 8\n 9\n");
  EXPECT_EQ(diff.removed(), 1U);
  EXPECT_EQ(diff.added(), 2U);
}

TEST(LineDiff, ChangesFarApartAreHunksOfTheirOwn) {
  LineDiff diff;
  diff.add("0");
  for (const char* line : {"1", "2", "3", "4", "5", "6", "7"}) diff.keep(line);
  diff.remove("8");
  EXPECT_EQ(diff.unified(), "@@ -1,3 +1,4 @@\n+0\n 1\n 2\n 3\n@@ -5,4 +6,3 @@\n 5\n 6\n 7\n-8\n");
}

}  // namespace
}  // namespace target
