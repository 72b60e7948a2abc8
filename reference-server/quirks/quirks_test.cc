#include "reference-server/quirks/quirks.h"

#include <gtest/gtest.h>

#include <set>

namespace reference {
namespace {

TEST(Quirks, EachHasOneEntryAndOneName) {
  std::set<Quirk> met;
  std::set<std::string_view> names;
  for (const QuirkEntry& entry : quirks()) {
    EXPECT_TRUE(met.insert(entry.quirk).second) << entry.name;
    EXPECT_TRUE(names.insert(entry.name).second) << entry.name;
    for (const std::string_view text : {entry.requirement, entry.what, entry.seen})
      EXPECT_FALSE(text.empty()) << entry.name;
    EXPECT_EQ(quirk_of(entry.name), entry.quirk);
  }
  EXPECT_EQ(met.size(), static_cast<std::size_t>(Quirk::count)) << "a quirk without an entry";
}

TEST(Quirks, AreFoundByTheWildBugTheyWereSeenAs) {
  EXPECT_EQ(quirk_of("WB-150"), Quirk::logoff_without_session_id);
  EXPECT_EQ(quirk_of("WB-15"), std::nullopt);
  EXPECT_EQ(quirk_of("WB-"), std::nullopt);
}

TEST(Quirks, BreakTheirRowsAndFamilies) {
  constexpr QuirkEntry entry{Quirk::count, "", "SIG-028", "SIG-001 KDF- PRE-015", "", ""};
  for (const char* row : {"SIG-028", "SIG-001", "KDF-003", "PRE-015"}) EXPECT_TRUE(breaks(entry, row)) << row;
  for (const char* row : {"SIG-002", "SIG-0010", "PRE-01", "KDF", ""})
    EXPECT_FALSE(breaks(entry, row)) << row;
}

TEST(Quirks, AreSwitchedOnOneByOneAndTogether) {
  Quirks some;
  some.add(Quirk::contexts_twice);
  Quirks others;
  others.add(Quirk::signature_unchecked);
  EXPECT_FALSE(some.has(Quirk::signature_unchecked));
  some.add(others);
  EXPECT_TRUE(some.has(Quirk::contexts_twice));
  EXPECT_TRUE(some.has(Quirk::signature_unchecked));
  EXPECT_FALSE(some.has(Quirk::logoff_keeps_session));
}

}  // namespace
}  // namespace reference
