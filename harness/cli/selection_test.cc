#include "harness/cli/selection.h"

#include <gtest/gtest.h>

namespace cli {
namespace {

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
