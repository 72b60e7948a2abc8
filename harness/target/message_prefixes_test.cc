#include "harness/target/message_prefixes.h"

#include <gmock/gmock.h>

namespace target {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> prefixes(std::vector<std::string> messages) { return message_prefixes(messages); }

TEST(MessagePrefixes, TheSameMessageIsKnownByAllOfIt) {
  EXPECT_THAT(prefixes({"Status is A (0x00000001)", "Status is A (0x00000001)"}),
              ElementsAre("Status is A (0x00000001)"));
}

TEST(MessagePrefixes, NumbersThatDifferAreLeftOut) {
  EXPECT_THAT(prefixes({"late by 12 s", "late by 13 s", "late by 1 s"}), ElementsAre("late by"));
  EXPECT_THAT(prefixes({"Status is A (0x0012ab), not 5", "Status is A (0x0012cd), not 5"}),
              ElementsAre("Status is A"));
  EXPECT_THAT(prefixes({"Signature is 44e25d27, not 0", "Signature is c0ffee11, not 0"}),
              ElementsAre("Signature is"));
  EXPECT_THAT(prefixes({"MessageId is 5", "MessageId is 55"}), ElementsAre("MessageId is"));
}

TEST(MessagePrefixes, OtherWordsAreAnotherKind) {
  EXPECT_THAT(prefixes({"Status is A", "connection lost", "Status is B", "Status is A"}),
              ElementsAre("Status is A", "connection lost", "Status is B"));
}

TEST(MessagePrefixes, NothingInCommonIsAnyMessage) {
  EXPECT_THAT(prefixes({"12 is late", "13 is late"}), IsEmpty());
  EXPECT_THAT(prefixes({"", "late"}), IsEmpty());
  EXPECT_THAT(prefixes({}), IsEmpty());
}

TEST(MessagePrefixes, EndBeforeWhatWasWantedInstead) {
  EXPECT_THAT(prefixes({"Status is A (0x00000001), not B (0x00000002)"}),
              ElementsAre("Status is A (0x00000001)"));
  EXPECT_THAT(prefixes({"ECHO Response with A instead of a closed connection"}),
              ElementsAre("ECHO Response with A"));
  EXPECT_THAT(prefixes({"Capabilities is A|B, which has B", "Capabilities is A|B, which lacks C"}),
              ElementsAre("Capabilities is A|B"));
}

TEST(MessagePrefixes, OfAnAuditRuleAreItsScenarios) {
  EXPECT_THAT(
      prefixes({"in a/b, c/d: 3 of 58 messages; Status is A, not B", "in a/b: 1 of 58 messages; it is"}),
      ElementsAre("in a/b, c/d: ", "in a/b: "));
  EXPECT_THAT(prefixes({"in a/b, c/d and 37 more: 3 of 58 messages; Status is A"}), IsEmpty());
}

TEST(MessagePrefixes, EndBeforeWhatNoLineHolds) {
  EXPECT_THAT(prefixes({"it said \n 5"}), ElementsAre("it said "));
  EXPECT_THAT(prefixes({"\x01"}), IsEmpty());
}

}  // namespace
}  // namespace target
