#include "reports/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace report {
namespace {

TEST(Utf8, KeepsWhatIsWellFormed) {
  const std::string text = "a\tä € 𝄞 \xef\xbf\xbd \x01";
  EXPECT_EQ(utf8(text), text);
}

TEST(Utf8, ShowsEveryIllFormedByte) {
  EXPECT_EQ(utf8("a\xff"
                 "b"),
            "a\\xffb");
  EXPECT_EQ(utf8("\xc3"), "\\xc3");                             // ends inside
  EXPECT_EQ(utf8("\xc0\xaf"), "\\xc0\\xaf");                    // overlong
  EXPECT_EQ(utf8("\xe0\x80\x80"), "\\xe0\\x80\\x80");           // overlong
  EXPECT_EQ(utf8("\xed\xa0\x80"), "\\xed\\xa0\\x80");           // a surrogate
  EXPECT_EQ(utf8("\xef\xbf\xbe"), "\\xef\\xbf\\xbe");           // U+FFFE
  EXPECT_EQ(utf8("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // beyond U+10FFFF
  EXPECT_EQ(utf8("\xe2\x82"
                 "a"),
            "\\xe2\\x82"
            "a");
}

TEST(Visible, LeavesNoControlByte) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text = visible(std::string(1, static_cast<char>(byte)));
    for (const char c : text) {
      const auto value = static_cast<unsigned char>(c);
      EXPECT_TRUE(value == '\n' || value == '\t' || (value >= 0x20 && value < 0x7f)) << byte;
    }
  }
  EXPECT_EQ(visible(std::string("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(visible("a\r\n"), "a\\x0d\n");
  EXPECT_EQ(visible("\xc2\x9b"
                    "31m"),
            "\\xc2\\x9b"
            "31m");
  EXPECT_EQ(one_line("a\nb\tc"), "a b c");
}

TEST(Visible, DropsColourAndShowsOtherSequences) {
  EXPECT_EQ(visible("\x1b[1;31mred\x1b[0m"), "red");
  EXPECT_EQ(visible("\x1b[2Jgone"), "\\x1b[2Jgone");
  EXPECT_EQ(visible("\x1b[0m"), "");
}

TEST(Visible, ShowsWhatWouldTurnTextAround) {
  EXPECT_EQ(visible("a\u202eb\u2066c\u200fd\u2028e"),
            "a\\xe2\\x80\\xaeb\\xe2\\x81\\xa6c\\xe2\\x80\\x8fd\\xe2\\x80\\xa8e");
  EXPECT_EQ(visible("… – “ä” \u2070"), "… – “ä” \u2070");
}

TEST(Cutting, NeverSplitsACharacter) {
  const std::string text = "ääääääääää";
  for (std::size_t bytes = 0; bytes <= text.size(); ++bytes) {
    const std::string cut = cut_end(text, bytes);
    EXPECT_LE(cut.size(), bytes);
    EXPECT_EQ(utf8(cut), cut);
  }
  EXPECT_EQ(shortened(text, 4), "äää…");
  EXPECT_EQ(shortened(text, 10), text);
}

TEST(Cutting, TellsWhatIsMissingFromTheMiddle) {
  const std::string text = "first" + std::string(20000, 'x') + "last";
  const std::string cut = cut_middle(text, 16384);
  EXPECT_LE(cut.size(), 16384u);
  EXPECT_GT(cut.size(), 16000u);
  EXPECT_THAT(cut, testing::AllOf(testing::StartsWith("first"), testing::EndsWith("last"),
                                  testing::HasSubstr("bytes left out")));
}

TEST(Wrapping, KeepsToTheWidth) {
  EXPECT_EQ(wrapped("  label  ", "one two three four", 18),
            "  label  one two\n         three\n         four\n");
  EXPECT_EQ(wrapped("ab ", "0123456789abcdef", 11), "ab 01234567\n   89abcdef\n");
  EXPECT_EQ(wrapped("ab ", "", 11), "ab \n");
}

}  // namespace
}  // namespace report
