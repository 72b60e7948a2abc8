#include "reference-server/model/command_sequence_window.h"

#include <gtest/gtest.h>

#include <limits>

namespace reference {
namespace {

TEST(CommandSequenceWindow, HoldsZeroAloneAtFirst) {
  CommandSequenceWindow window;
  EXPECT_EQ(window.size(), 1u);
  EXPECT_FALSE(window.take(1, 1));
  EXPECT_TRUE(window.take(0, 1));
  EXPECT_EQ(window.size(), 0u);
}

TEST(CommandSequenceWindow, NeverGivesAMessageIdTwice) {
  CommandSequenceWindow window;
  EXPECT_TRUE(window.take(0, 1));
  window.grant(2);
  EXPECT_FALSE(window.take(0, 1));
  EXPECT_TRUE(window.take(1, 1));
  EXPECT_FALSE(window.take(1, 1));
}

TEST(CommandSequenceWindow, TakesMessageIdsInAnyOrder) {
  CommandSequenceWindow window;
  window.grant(4);
  for (const std::uint64_t id : {3u, 1u, 4u, 0u, 2u}) EXPECT_TRUE(window.take(id, 1)) << id;
  EXPECT_EQ(window.size(), 0u);
}

TEST(CommandSequenceWindow, TakesARangeWholeOrNotAtAll) {
  CommandSequenceWindow window;
  window.grant(7);
  EXPECT_TRUE(window.take(2, 3));
  EXPECT_FALSE(window.take(1, 2)) << "2 is used";
  EXPECT_FALSE(window.take(6, 3)) << "8 is not granted";
  EXPECT_EQ(window.size(), 5u);
  EXPECT_TRUE(window.take(0, 2));
  EXPECT_TRUE(window.take(5, 3));
  EXPECT_EQ(window.size(), 0u);
}

TEST(CommandSequenceWindow, RefusesRangesThatWrap) {
  CommandSequenceWindow window;
  window.grant(3);
  constexpr auto greatest = std::numeric_limits<std::uint64_t>::max();
  EXPECT_FALSE(window.take(greatest, 1));
  EXPECT_FALSE(window.take(1, greatest));
  EXPECT_FALSE(window.take(greatest, 2));
}

}  // namespace
}  // namespace reference
