// Windows whose payload another field chooses, sizes of what has been described so far, reserved bytes.
#include <gmock/gmock.h>

#include "harness/wire/sample_message.h"

namespace wire::sample {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// 16 bytes, then the data on a boundary of 4.
struct Control {
  Colour colour{};
  Offset<std::uint16_t> offset;
  Derived<std::uint16_t> length;
  Derived<std::uint16_t> size;  // of the whole
  std::array<std::uint8_t, 7> reserved{};
  std::uint8_t last = 0;
  std::variant<Pair, Bytes> data = Bytes{};
};
template <class V>
void describe(V& v, Control& m) {
  const auto start = v.mark();
  v.value("Colour", m.colour);
  v.value("Offset", m.offset);
  v.value("Length", m.length);
  v.value("Size", m.size);
  v.reserved("Reserved", m.reserved);
  v.value("Last", m.last);
  v.window("Data", m.data, m.colour == Colour::red ? 0u : 1u, m.offset, m.length, 4);
  v.extent("Size", m.size, start);
}

constexpr std::string_view pair_hex = "0100 1000 0400 1400 00000000000000 ff  0300 0400";

TEST(ChosenWindow, HoldsTheAlternative) {
  const auto decoded = read<Control>(bytes(pair_hex));
  EXPECT_THAT(decoded.issues, IsEmpty());
  EXPECT_EQ(std::get<Pair>(decoded.message.data).second, 4);
  EXPECT_FALSE(decoded.message.size.forced);
  EXPECT_EQ(to_hex(encode(Control{.colour = Colour::red, .last = 0xff, .data = Pair{3, 4}})),
            to_hex(bytes(pair_hex)));
}

TEST(ChosenWindow, HoldsBytesThatTheAlternativeCannot) {
  const auto decoded = read<Control>(bytes("0100 1000 0300 1300 00000000000000 ff  030004"));
  EXPECT_THAT(rules(decoded.issues), ElementsAre(Rule::truncated, Rule::malformed_payload));
  EXPECT_EQ(std::get<Bytes>(decoded.message.data), bytes("030004"));
}

TEST(ChosenWindow, PointsAtTheEndWhereNothingIsThere) {
  EXPECT_EQ(to_hex(encode(Control{})), to_hex(bytes("0000 1000 0000 1000 00000000000000 00")));
  EXPECT_THAT(read<Control>(bytes("0000 1000 0000 1000 00000000000000 00")).issues, IsEmpty());
  const auto zero = read<Control>(bytes("0000 0000 0000 1000 00000000000000 00"));
  EXPECT_THAT(zero.issues, IsEmpty()) << "an offset of nothing says nothing";
  EXPECT_TRUE(zero.message.offset.forced);
}

TEST(ChosenWindow, IsReportedOffItsBoundary) {
  const auto decoded = read<Control>(bytes("0200 1200 0200 1400 00000000000000 ff  0000 aabb"));
  EXPECT_EQ(decoded.issues, (std::vector{Issue{Rule::misaligned, 18, "Data", 18, 4}}));
  EXPECT_EQ(decoded.message.offset.placed, 18u);
  EXPECT_EQ(std::get<Bytes>(decoded.message.data), bytes("aabb"));
}

TEST(ChosenWindow, IsReportedOutside) {
  const auto beyond = read<Control>(bytes("0100 ffff ffff 1000 00000000000000 ff"));
  EXPECT_EQ(beyond.issues, (std::vector{Issue{Rule::outside, 16, "Data", 0x1fffe, 16}}));
  const auto across = read<Control>(bytes("0200 1000 0800 1400 00000000000000 ff  01020304"));
  EXPECT_EQ(across.issues, (std::vector{Issue{Rule::outside, 16, "Data", 24, 20}}));
  EXPECT_EQ(std::get<Bytes>(across.message.data), bytes("01020304"));
  const auto at_end = read<Control>(bytes("0200 1000 0100 1000 00000000000000 ff"));
  EXPECT_THAT(rules(at_end.issues), ElementsAre(Rule::outside));
}

TEST(ChosenWindow, IsReportedOverlapping) {
  const auto decoded = read<Control>(bytes("0100 0800 0400 1000 00000000000000 ff"));
  EXPECT_THAT(rules(decoded.issues), testing::Contains(Rule::overlapping));
}

TEST(ChosenWindow, GoesWhereItIsPlaced) {
  Control control{.data = Bytes{9}};
  control.offset.placed = 19;
  EXPECT_EQ(to_hex(encode(control)), to_hex(bytes("0000 1300 0100 1400 00000000000000 00  000000 09")));
}

TEST(Extent, IsReportedWhereTheSizeLies) {
  const auto decoded = read<Control>(bytes("0100 1000 0400 1500 00000000000000 ff  0300 0400"));
  EXPECT_EQ(decoded.issues, (std::vector{Issue{Rule::wrong_length, 0, "Size", 21, 20}}));
  EXPECT_TRUE(decoded.message.size.forced);
}

TEST(Reserved, ReportsTheFirstByteThatIsNotZero) {
  const auto decoded = read<Control>(bytes("0000 0000 0000 1000 00000300000100 00"));
  EXPECT_EQ(decoded.issues, (std::vector{Issue{Rule::nonzero_reserved, 8, "Reserved", 3, 0}}));
}

TEST(ChosenWindow, IsRewrittenAfterEveryCutAndChange) {
  const Bytes whole = bytes(pair_hex);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    read<Control>(View(whole).first(at));
    for (int byte = 0; byte < 256; ++byte) {
      Bytes changed = whole;
      changed[at] = static_cast<std::uint8_t>(byte);
      read<Control>(changed);
    }
  }
}

// A byte that says what follows, unless the bytes that follow say so better.
struct Peeking {
  std::uint8_t tag = 0;
  std::variant<Pair, Bytes> rest = Bytes{};
};
template <class V>
void describe(V& v, Peeking& m) {
  v.value("Tag", m.tag);
  v.alternative("Rest", m.rest, v.ahead().size() == 4 ? 0u : 1u);
}

TEST(Ahead, ShowsWhatIsLeft) {
  EXPECT_EQ(read<Peeking>(bytes("01 0200 0300")).message.rest.index(), 0u);
  EXPECT_EQ(read<Peeking>(bytes("01 0200 03")).message.rest.index(), 1u);
  EXPECT_EQ(read<Peeking>({}).message.rest.index(), 1u);
}

}  // namespace
}  // namespace wire::sample
