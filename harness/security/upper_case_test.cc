#include "harness/security/upper_case.h"

#include <gtest/gtest.h>

namespace security {
namespace {

std::string upper(std::string_view text) { return upper_case(wire::Utf16::from_utf8(text)).to_utf8(); }

TEST(UpperCase, RaisesLettersOfSeveralScripts) {
  EXPECT_EQ(upper("user_1@Example"), "USER_1@EXAMPLE");
  EXPECT_EQ(upper("\u00e0\u00f6\u00f7\u00f8\u00fe\u00ff"), "\u00c0\u00d6\u00f7\u00d8\u00de\u0178");
  EXPECT_EQ(upper("\u0101\u0142\u017e"), "\u0100\u0141\u017d");
  EXPECT_EQ(upper("\u03b1\u03c9\u03ac\u03ad\u03af\u03cc\u03cd\u03ce"),
            "\u0391\u03a9\u0386\u0388\u038a\u038c\u038e\u038f");
  EXPECT_EQ(upper("\u0430\u044f\u0450\u045f"), "\u0410\u042f\u0400\u040f");
}

TEST(UpperCase, LeavesTheRest) {
  EXPECT_EQ(upper("\u00df\u4e2d\U0001f600 09"), "\u00df\u4e2d\U0001f600 09");
  const wire::Utf16 odd{{0x00, 0xd8, 0x61}};
  EXPECT_EQ(upper_case(odd), odd);
}

}  // namespace
}  // namespace security
