#include "harness/wire/field.h"

#include <gtest/gtest.h>

#include "harness/wire/sample_message.h"

namespace wire::sample {
namespace {

enum class Bits : std::uint32_t { none = 0, a = 1, b = 2, ab = 3, c = 0x10 };
constexpr Name bit_names[] = {{1, "BIT_A", "A"}, {2, "BIT_B", "B"}, {0x10, "BIT_C"}};
constexpr Names names(Bits) { return bit_names; }
constexpr bool is_flags(Bits) { return true; }

Value number(std::uint64_t n) { return n; }

template <class T>
std::string text_of(T object) {
  return to_text(field_of("Field", object));
}

TEST(Field, SetsNumbersThatFit) {
  std::uint16_t n = 0;
  const Field field = field_of("N", n);
  EXPECT_TRUE(field.set(number(0xffff)));
  EXPECT_EQ(n, 0xffff);
  EXPECT_FALSE(field.set(number(0x10000)));
  EXPECT_FALSE(field.set(Bytes{1, 2}));
  EXPECT_EQ(n, 0xffff);
  EXPECT_FALSE(field.place(4));

  std::uint64_t wide = 0;
  EXPECT_TRUE(field_of("N", wide).set(number(~0ull)));
  EXPECT_EQ(wide, ~0ull);
}

TEST(Field, KeepsAForcedValueApartFromAPlace) {
  Offset<std::uint32_t> offset;
  const Field field = field_of("Offset", offset);
  EXPECT_TRUE(field.place(0x50));
  EXPECT_FALSE(offset.forced);
  EXPECT_TRUE(field.set(number(0x60)));
  EXPECT_TRUE(offset.forced);
  EXPECT_EQ(offset.value, 0x60u);
  EXPECT_EQ(offset.placed, 0x50u);
}

TEST(Field, ForcesADerivedNumberEvenToItsOwnValue) {
  Derived<std::uint8_t> length;
  EXPECT_TRUE(field_of("Length", length).set(number(0)));
  EXPECT_TRUE(length.forced);
  EXPECT_FALSE(field_of("Length", length).set(number(256)));
  EXPECT_FALSE(field_of("Length", length).place(1));
}

TEST(Field, SetsArraysOfTheirSizeAlone) {
  std::array<std::uint8_t, 2> array{};
  EXPECT_TRUE(field_of("Array", array).set(Bytes{1, 2}));
  EXPECT_EQ(array[1], 2);
  EXPECT_FALSE(field_of("Array", array).set(Bytes{1}));
  EXPECT_FALSE(field_of("Array", array).set(number(1)));
}

TEST(Field, SetsListsWhoseElementsFit) {
  std::vector<Colour> list;
  EXPECT_TRUE(field_of("List", list).set(Numbers{1, 0xffff}));
  EXPECT_EQ(list.size(), 2u);
  EXPECT_FALSE(field_of("List", list).set(Numbers{0x10000}));
  EXPECT_EQ(list.size(), 2u);
}

TEST(Field, SetsTextFromTextAndFromRawBytes) {
  Utf16 text;
  EXPECT_TRUE(field_of("Text", text).set(Utf16::from_utf8("a")));
  EXPECT_EQ(text.raw, (Bytes{'a', 0}));
  EXPECT_TRUE(field_of("Text", text).set(Bytes{0x00, 0xd8, 0x41}));
  EXPECT_EQ(text.raw.size(), 3u);
  EXPECT_FALSE(field_of("Text", text).set(number(1)));
}

TEST(Field, SpellsValues) {
  EXPECT_EQ(text_of(std::uint8_t{9}), "0x09");
  EXPECT_EQ(text_of(std::uint16_t{9}), "9");
  EXPECT_EQ(text_of(std::uint16_t{10}), "0x000a");
  EXPECT_EQ(text_of(Colour::red), "SAMPLE_COLOUR_RED (0x0001)");
  EXPECT_EQ(text_of(Colour{7}), "0x0007");
  EXPECT_EQ(text_of(Bits::none), "0");
  EXPECT_EQ(text_of(Bits::ab), "BIT_A|BIT_B");
  EXPECT_EQ(text_of(Bits{0x51}), "BIT_A|BIT_C|0x40");
  EXPECT_EQ(text_of(std::vector{Colour::red, Colour{7}}), "[SAMPLE_COLOUR_RED (0x0001), 0x0007]");
  EXPECT_EQ(text_of(std::vector<Colour>{}), "[]");
  EXPECT_EQ(text_of(Bytes{}), "(empty)");
  EXPECT_EQ(text_of(Bytes{0xfe, 1}), "fe01");
  EXPECT_EQ(text_of(Utf16::from_utf8("x\u00e9")), "\"x\u00e9\"");
}

TEST(Names, KnowAValueByItsNameItsAliasAndItsEnd) {
  EXPECT_EQ(value_of(colour_names, "SAMPLE_COLOUR_RED"), 1u);
  EXPECT_EQ(value_of(colour_names, "RED"), 1u);
  EXPECT_EQ(value_of(colour_names, "COLOUR_GREEN"), 2u);
  EXPECT_EQ(value_of(colour_names, "REEN"), std::nullopt);
  EXPECT_EQ(value_of(colour_names, "red"), std::nullopt);
  EXPECT_EQ(value_of(colour_names, ""), std::nullopt);
  EXPECT_EQ(value_of(bit_names, "C"), 0x10u);
}

TEST(Names, NameAValue) {
  EXPECT_EQ(name_of(colour_names, 2), "SAMPLE_COLOUR_GREEN");
  EXPECT_EQ(name_of(colour_names, 3), "");
}

TEST(Names, SuggestTheNearest) {
  constexpr std::string_view fields[] = {"Dialects", "DialectCount", "SecurityMode"};
  EXPECT_EQ(nearest("Dialcts", fields), "Dialects");
  EXPECT_EQ(nearest("dialectCount", fields), "DialectCount");
  EXPECT_EQ(nearest("Xyzzy", fields), "");
  EXPECT_EQ(nearest("", fields), "");
  EXPECT_EQ(nearest("Dialects", {}), "");
}

TEST(Utf16, KeepsIllFormedTextAndShowsItAsReplacements) {
  EXPECT_EQ((Utf16{{0x00, 0xd8, 0x61, 0x00}}).to_utf8(), "\ufffda") << "a lone high surrogate";
  EXPECT_EQ((Utf16{{0x00, 0xdc}}).to_utf8(), "\ufffd") << "a lone low surrogate";
  EXPECT_EQ((Utf16{{0x61, 0x00, 0x62}}).to_utf8(), "a\ufffd") << "an odd length";
  EXPECT_EQ((Utf16{{0x00, 0xd8}}).to_utf8(), "\ufffd") << "a high surrogate at the end";
}

TEST(Utf16, CarriesEveryPlane) {
  for (const std::string_view text : {"a", "\u00e9", "\u20ac", "\U0001f600", "\U0010ffff"}) {
    EXPECT_EQ(Utf16::from_utf8(text).to_utf8(), text);
  }
  EXPECT_EQ(Utf16::from_utf8("\U0001f600").raw, (Bytes{0x3d, 0xd8, 0x00, 0xde}));
}

TEST(Utf16, ReplacesIllFormedUtf8) {
  for (const std::string_view text : {"\x80", "\xc3", "\xe2\x82", "\xf8\x80\x80\x80", "\xf4\x90\x80\x80"}) {
    EXPECT_EQ(Utf16::from_utf8(text).to_utf8().substr(0, 3), "\ufffd")
        << to_hex(Bytes(text.begin(), text.end()));
  }
}

}  // namespace
}  // namespace wire::sample
