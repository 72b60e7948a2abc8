#include "harness/wire/reader.h"

#include <gmock/gmock.h>

#include "harness/wire/sample_message.h"

namespace wire::sample {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Bytes with(std::size_t at, std::initializer_list<std::uint8_t> replacement) {
  Bytes changed = natural();
  std::ranges::copy(replacement, changed.begin() + static_cast<std::ptrdiff_t>(at));
  return changed;
}

constexpr std::size_t name_offset = 4;
constexpr std::size_t name_length = 6;
constexpr std::size_t list_offset = 8;
constexpr std::size_t list_count = 12;
constexpr std::size_t first_element = 24;
constexpr std::size_t second_element = 32;

TEST(Reader, FindsNothingOddInTheNaturalMessage) {
  const auto decoded = read<Message>(natural());
  EXPECT_THAT(rules(decoded.issues), IsEmpty());
  EXPECT_TRUE(decoded.residue.gaps.empty());
  EXPECT_EQ(decoded.message.id, 7u);
  EXPECT_EQ(decoded.message.name.to_utf8(), "ab");
  ASSERT_EQ(decoded.message.list.size(), 2u);
  EXPECT_EQ(std::get<Pair>(decoded.message.list[0].data).second, 2);
  EXPECT_EQ(std::get<Bytes>(decoded.message.list[1].data), Bytes{9});
  EXPECT_FALSE(decoded.message.list_offset.forced);
  EXPECT_FALSE(decoded.message.list_offset.placed);
}

TEST(Reader, ReadsEveryPrefixAndReportsTheCutOnce) {
  const Bytes whole = natural();
  for (std::size_t size = 0; size < 20; ++size) {
    const auto decoded = read<Message>(View(whole).first(size));
    EXPECT_EQ(std::ranges::count(rules(decoded.issues), Rule::truncated), 1) << size;
  }
  for (std::size_t size = 20; size < whole.size(); ++size) {
    EXPECT_FALSE(read<Message>(View(whole).first(size)).issues.empty()) << size;
  }
}

TEST(Reader, SaysWhereTheCutFieldBegins) {
  const auto decoded = read("14 00 00");
  ASSERT_EQ(decoded.issues.size(), 1u);
  EXPECT_EQ(decoded.issues[0], (Issue{Rule::truncated, 2, "Reserved", 1, 2}));
}

TEST(Reader, ReportsAWrongConstantAndAReservedNumber) {
  const auto decoded = read<Message>(with(0, {0x15, 0, 1, 0}));
  EXPECT_THAT(decoded.issues, ElementsAre(Issue{Rule::wrong_constant, 0, "StructureSize", 0x15, 20},
                                          Issue{Rule::nonzero_reserved, 2, "Reserved", 1, 0}));
  EXPECT_TRUE(decoded.message.structure_size.forced);
}

TEST(Reader, KeepsThePartOfAWindowThatIsThere) {
  const auto decoded = read<Message>(with(name_length, {0xff, 0xff}));
  EXPECT_EQ(rules(decoded.issues).front(), Rule::outside);
  EXPECT_EQ(decoded.message.name.raw.size(), natural().size() - 20);
  EXPECT_TRUE(decoded.message.name_length.forced);
}

TEST(Reader, KeepsTheNumbersOfAWindowBeyondTheEnd) {
  const auto decoded = read<Message>(with(name_offset, {0xff, 0xff}));
  EXPECT_EQ(rules(decoded.issues).front(), Rule::outside);
  EXPECT_TRUE(decoded.message.name.raw.empty());
  EXPECT_EQ(decoded.message.name_offset.value, 0xffff);
  EXPECT_TRUE(decoded.message.name_offset.forced);
  EXPECT_EQ(decoded.message.name_length.value, 4);
}

TEST(Reader, WidensBeforeItAddsSixteenBitNumbers) {
  // 0xfffc + 0x0010 is 0x000c in sixteen bits, which would lie inside.
  const auto decoded = read<Message>(with(name_offset, {0xfc, 0xff, 0x10, 0x00}));
  EXPECT_EQ(decoded.issues[0], (Issue{Rule::outside, 20, "Name", 0x1000c, natural().size()}));
}

TEST(Reader, WidensBeforeItAddsThirtyTwoBitNumbers) {
  const auto decoded = read<Message>(with(list_offset, {0xfc, 0xff, 0xff, 0xff}));
  EXPECT_THAT(rules(decoded.issues), ElementsAre(Rule::outside));
  EXPECT_TRUE(decoded.message.list.empty());
}

TEST(Reader, ReadsAWindowThatReachesIntoTheFixedPart) {
  const auto decoded = read<Message>(with(name_offset, {0x10, 0}));
  EXPECT_EQ(decoded.issues[0], (Issue{Rule::overlapping, 0x10, "Name", 0x10, 20}));
  EXPECT_EQ(decoded.message.name.raw, bytes("07 00 00 00"));
  EXPECT_EQ(decoded.message.name_offset.placed, 0x10u);
  EXPECT_FALSE(decoded.message.name_offset.forced);
}

TEST(Reader, AcceptsAnyOffsetOfAnEmptyWindow) {
  const auto decoded = read<Message>(with(name_offset, {0x77, 0x77, 0, 0}));
  EXPECT_THAT(rules(decoded.issues), IsEmpty());
  EXPECT_TRUE(decoded.message.name_offset.forced);
}

TEST(Reader, ReadsAMisalignedChain) {
  Bytes changed = natural();
  changed.insert(changed.begin() + first_element, 0);
  changed[list_offset] = first_element + 1;
  const auto decoded = read<Message>(changed);
  EXPECT_EQ(decoded.issues[0], (Issue{Rule::misaligned, 25, "List", 25, 8}));
  EXPECT_EQ(std::get<Pair>(decoded.message.list[0].data).first, 1);
}

TEST(Reader, ReadsAChainThatOverlapsTheNameBeforeIt) {
  const auto decoded = read<Message>(with(list_offset, {16}));
  EXPECT_EQ(decoded.issues[0], (Issue{Rule::overlapping, 16, "List", 16, 24}));
  EXPECT_EQ(decoded.message.list_offset.placed, 16u);
}

TEST(Reader, CountsTheElementsThatAreThere) {
  const auto decoded = read<Message>(with(list_count, {3, 0}));
  EXPECT_EQ(decoded.issues.back(), (Issue{Rule::wrong_count, 37, "List", 3, 2}));
  EXPECT_EQ(decoded.message.list.size(), 2u);
  EXPECT_TRUE(decoded.message.list_count.forced);
}

TEST(Reader, KeepsAPayloadThatItsTypeDoesNotFit) {
  const auto decoded = read<Message>(with(first_element + 2, {3, 0}));
  EXPECT_EQ(decoded.issues.back(), (Issue{Rule::malformed_payload, 28, "Data", 3, 0}));
  EXPECT_EQ(std::get<Bytes>(decoded.message.list[0].data), bytes("01 00 02"));
}

TEST(Reader, ReportsAPayloadLongerThanItsType) {
  const auto decoded = read<Message>(with(first_element + 2, {5, 0}));
  EXPECT_EQ(decoded.issues[0], (Issue{Rule::wrong_length, 28, "Data", 5, 4}));
  EXPECT_EQ(decoded.message.list[0].length, Derived<std::uint16_t>::force(5));
}

TEST(Reader, BoundsAnElementsPayloadByTheMessage) {
  const auto decoded = read<Message>(with(second_element + 2, {0xff, 0xff}));
  EXPECT_EQ(rules(decoded.issues).front(), Rule::outside);
  EXPECT_EQ(std::get<Bytes>(decoded.message.list[1].data), Bytes{9});
}

TEST(Reader, KeepsBytesThatNoFieldCovers) {
  Bytes longer = natural();
  longer.insert(longer.end(), {0, 0xaa, 0xbb});
  const auto decoded = read<Message>(longer);
  ASSERT_EQ(decoded.residue.gaps.size(), 1u);
  EXPECT_EQ(decoded.residue.gaps[0].first, natural().size());
  EXPECT_EQ(decoded.residue.gaps[0].second, bytes("00 aa bb"));
}

TEST(Reader, RewritesEverySingleByteChange) {
  for (std::size_t at = 0; at < natural().size(); ++at) {
    for (const std::uint8_t byte : bytes("00 01 07 7f 80 ff")) read<Message>(with(at, {byte}));
  }
}

// A count of elements and a length of bytes, in line.
struct Sequence {
  Derived<std::uint8_t> count;
  Derived<std::uint8_t> length;
  std::uint16_t reserved = 0;
  std::vector<Element> list;
  Bytes rest;
};
template <class V>
void describe(V& v, Sequence& m) {
  v.value("Count", m.count);
  v.value("Length", m.length);
  v.value("Reserved", m.reserved);
  v.sequence("List", m.list, m.count, m.length, 4);
  v.rest("Rest", m.rest);
}

TEST(Reader, ReadsASequenceWithinItsLength) {
  const auto decoded = read<Sequence>(bytes("01 08 0000  0100 0400 0100 0200  ff"));
  EXPECT_THAT(rules(decoded.issues), IsEmpty());
  EXPECT_EQ(decoded.message.list.size(), 1u);
  EXPECT_EQ(decoded.message.rest, Bytes{0xff});
}

TEST(Reader, StopsASequenceAtItsLength) {
  const auto decoded = read<Sequence>(bytes("02 08 0000  0100 0400 0100 0200  0100 0400 0100 0200"));
  EXPECT_THAT(rules(decoded.issues), ElementsAre(Rule::wrong_count));
  EXPECT_EQ(decoded.message.list.size(), 1u);
  EXPECT_EQ(decoded.message.rest.size(), 8u);
}

TEST(Reader, ReportsASequenceShorterThanItsLength) {
  const auto decoded = read<Sequence>(bytes("01 0c 0000  0100 0400 0100 0200  00000000"));
  EXPECT_EQ(decoded.issues[0], (Issue{Rule::wrong_length, 4, "List", 12, 8}));
  EXPECT_EQ(decoded.message.rest.size(), 4u);
}

TEST(Reader, ReportsASequenceLongerThanTheMessage) {
  const auto decoded = read<Sequence>(bytes("01 20 0000  0100 0400 0100 0200"));
  EXPECT_THAT(rules(decoded.issues), ElementsAre(Rule::outside));
}

// The first field's meaning hangs on the second.
struct Overlay {
  std::uint8_t is_pair = 0;
  std::uint32_t number = 0;
  Pair pair;
};
template <class V>
void describe(V& v, Overlay& m) {
  const auto place = v.overlay(4);
  v.value("IsPair", m.is_pair);
  v.within(place, [&] {
    if (m.is_pair != 0) {
      describe(v, m.pair);
    } else {
      v.value("Number", m.number);
    }
  });
}

TEST(Reader, LetsALaterFieldDecideAnEarlierOne) {
  EXPECT_EQ(read<Overlay>(bytes("01020304 00")).message.number, 0x04030201u);
  EXPECT_EQ(read<Overlay>(bytes("01020304 01")).message.pair.second, 0x0403);
  for (std::size_t size = 0; size < 5; ++size) read<Overlay>(View(bytes("01020304 01")).first(size));
}

}  // namespace
}  // namespace wire::sample
