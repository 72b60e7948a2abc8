#include "harness/scenario/rule_message.h"

#include <gmock/gmock.h>

namespace scenario {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(RuleMessage, NamesTheScenariosFirst) {
  EXPECT_EQ(in_words({.scenarios = {"c/d", "a/b"}}), "in a/b, c/d: ");
  EXPECT_EQ(in_words({.scenarios = {"a/1", "a/2", "a/3", "a/4", "a/5", "a/6", "a/7"}, .more = 1}),
            "in a/1, a/2, a/3, a/4, a/5 and 3 more: ");
}

TEST(RuleMessage, IsRead) {
  const std::string_view message = "in a/b, c/d and 37 more: 3 of 58 messages; Status is: A";
  const Places places = places_of(message);
  EXPECT_THAT(places.scenarios, ElementsAre("a/b", "c/d"));
  EXPECT_EQ(places.more, 37U);
  EXPECT_EQ(behind_places(message), "3 of 58 messages; Status is: A");
  EXPECT_EQ(in_words(places), "in a/b, c/d and 37 more: ");
}

TEST(RuleMessage, OfACaseNamesNone) {
  for (const char* message : {"", "in time", "in time: 5", "Status is: a/b", "in : ", "in"}) {
    EXPECT_THAT(places_of(message).scenarios, IsEmpty()) << message;
    EXPECT_EQ(behind_places(message), message);
  }
}

}  // namespace
}  // namespace scenario
