#include "harness/wire/codec.h"

#include <gmock/gmock.h>

#include "harness/wire/sample_message.h"

namespace wire::sample {
namespace {

std::optional<Value> get(Message m, std::string_view text) {
  const auto path = Path::parse(text);
  if (!path) throw std::runtime_error(path.error());
  std::optional<Value> value;
  find(m, *path, [&](const Field& field) { value = field.get(); });
  return value;
}

Value number(std::uint64_t n) { return n; }

TEST(Path, NamesAField) {
  EXPECT_EQ(get(message(), "Id"), number(7));
  EXPECT_EQ(get(message(), "Name"), Value(Utf16::from_utf8("ab")));
}

TEST(Path, NamesAFieldOfAnElementByIndex) {
  EXPECT_EQ(get(message(), "List[0].Second"), number(2));
  EXPECT_EQ(get(message(), "List[1].Data"), Value(Bytes{9}));
  EXPECT_EQ(get(message(), "List.Colour"), number(1)) << "the first, when no index is given";
}

TEST(Path, NamesAFieldOfAnElementByType) {
  Message m = message();
  m.list.push_back({.colour = Colour::green, .data = Bytes{8}});
  EXPECT_EQ(get(m, "List[type=GREEN].Data"), Value(Bytes{9})) << "the first of its kind";
  EXPECT_EQ(get(m, "List[type=SAMPLE_COLOUR_RED].First"), number(1));
}

TEST(Path, MeansKindsByWholeWords) {
  EXPECT_TRUE(is_of_kind("A_BLUE_CAR", "A_BLUE_CAR"));
  EXPECT_TRUE(is_of_kind("A_BLUE_CAR", "BLUE"));
  EXPECT_TRUE(is_of_kind("A_BLUE_CAR", "BLUE_CAR"));
  EXPECT_TRUE(is_of_kind("A_BLUE_CAR", "CAR"));
  EXPECT_TRUE(is_of_kind("A_CARS_CAR", "CAR")) << "the second time it stands there";
  for (const std::string_view wanted : {"", "A", "BLU", "LUE", "_BLUE", "CA", "A_BLUE_CAR_X"}) {
    EXPECT_FALSE(is_of_kind("A_BLUE_CAR", wanted)) << wanted;
  }
}

TEST(Path, NamesTheSecondOfTwoFieldsOfOneName) {
  Message m = message();
  m.reserved = 4;
  m.reserved2 = 5;
  EXPECT_EQ(get(m, "Reserved"), number(4));
  EXPECT_EQ(get(m, "Reserved[0]"), number(4));
  EXPECT_EQ(get(m, "Reserved[1]"), number(5));
  EXPECT_EQ(get(m, "Reserved[2]"), std::nullopt);
}

TEST(Path, FindsNothingWhereThereIsNothing) {
  for (const std::string_view path : {"Nonsense", "List[2].Colour", "List[type=BLUE].Colour", "List[0].Id",
                                      "Id.First", "First", "List[1].First", "List", "List[0]", "id"}) {
    EXPECT_EQ(get(message(), path), std::nullopt) << path;
  }
}

TEST(Path, RefusesIllFormedText) {
  for (const std::string_view text : {"", ".", "A.", ".A", "A..B", "A[", "A[1", "A[]", "A[x]", "A[-1]",
                                      "A[1]x", "[1]", "A[99999999999999999999999]"}) {
    EXPECT_FALSE(Path::parse(text).has_value()) << text;
  }
}

TEST(Path, SetsWhatItNames) {
  Message m = message();
  const auto path = Path::parse("List[type=RED].Length");
  EXPECT_TRUE(find(m, *path, [](const Field& f) { EXPECT_TRUE(f.set(std::uint64_t{3})); }));
  EXPECT_EQ(m.list[0].length, Derived<std::uint16_t>::force(3));
}

TEST(Places, ListEveryFieldWithAPathThatFindsItAlone) {
  const Message m = message();
  const auto list = places(m);
  ASSERT_EQ(list.size(), 16u);
  EXPECT_EQ(list[4].path, "ListOffset");
  EXPECT_EQ(list[4].offset, 8u);
  EXPECT_EQ(list[4].size, 4u);
  EXPECT_EQ(list.back().path, "List[1].Data");
  EXPECT_EQ(list.back().offset, 36u);
  for (const auto& place : list) {
    std::size_t offset = nowhere;
    Message found = m;
    find(found, *Path::parse(place.path), [&](const Field& f) { offset = f.offset(); });
    EXPECT_EQ(offset, place.offset) << place.path;
  }
}

TEST(Print, ShowsEachFieldOnALine) {
  const std::string text = print(decode<Message>(natural()).message);
  EXPECT_EQ(text,
            "   0    2  StructureSize 0x0014\n"
            "   2    2  Reserved 0\n"
            "   4    2  NameOffset 0x0014\n"
            "   6    2  NameLength 4\n"
            "   8    4  ListOffset 0x00000018\n"
            "  12    2  ListCount 2\n"
            "  14    2  Reserved 0\n"
            "  16    4  Id 7\n"
            "  20    4  Name \"ab\"\n"
            "           List[0] SAMPLE_COLOUR_RED\n"
            "  24    2    Colour SAMPLE_COLOUR_RED (0x0001)\n"
            "  26    2    Length 4\n"
            "  28    2    First 1\n"
            "  30    2    Second 2\n"
            "           List[1] SAMPLE_COLOUR_GREEN\n"
            "  32    2    Colour SAMPLE_COLOUR_GREEN (0x0002)\n"
            "  34    2    Length 1\n"
            "  36    1    Data 09\n");
}

TEST(Issue, SaysWhatIsWrong) {
  for (const Rule rule :
       {Rule::truncated, Rule::wrong_constant, Rule::nonzero_reserved, Rule::outside, Rule::wrong_length,
        Rule::wrong_count, Rule::misaligned, Rule::overlapping, Rule::malformed_payload, Rule::not_minimal}) {
    EXPECT_THAT((Issue{rule, 12, "Field", 3, 4}.text()), testing::StartsWith("Field at byte 12: "));
    EXPECT_NE(name(rule), "unknown");
  }
  EXPECT_EQ((Issue{Rule::wrong_count, 12, "Dialects", 3, 2}.text()),
            "Dialects at byte 12: counts 3, 2 are there");
}

TEST(Hex, ReadsBackWhatItWrites) {
  EXPECT_EQ(from_hex("fe 53\n4D42"), (Bytes{0xfe, 0x53, 0x4d, 0x42}));
  EXPECT_EQ(to_hex(Bytes{0x00, 0xff}), "00ff");
  EXPECT_EQ(from_hex(""), Bytes{});
  for (const std::string_view wrong : {"f", "fg", "f f", "0x00"})
    EXPECT_EQ(from_hex(wrong), std::nullopt) << wrong;
}

TEST(Hex, DumpsSixteenBytesALine) {
  EXPECT_EQ(hex_dump(Bytes{'S', 0x00, 0x7f}), "0000  53 00 7f" + std::string(13 * 3, ' ') + "  |S..|\n");
}

}  // namespace
}  // namespace wire::sample
