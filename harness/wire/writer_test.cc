#include "harness/wire/writer.h"

#include "harness/wire/sample_message.h"

namespace wire::sample {
namespace {

std::string hex(const Message& m) { return to_hex(encode(m)); }
std::string hex(std::string_view text) { return to_hex(bytes(text)); }

TEST(Writer, DerivesEveryNumber) { EXPECT_EQ(hex(message()), to_hex(natural())); }

TEST(Writer, WritesAForcedOffsetWithoutMovingThePayload) {
  Message m = message();
  m.name_offset.value = 0x99;
  m.name_offset.forced = true;
  Bytes expected = natural();
  expected[4] = 0x99;
  EXPECT_EQ(hex(m), to_hex(expected));
}

TEST(Writer, MovesAPayloadAndTellsTheTruthAboutIt) {
  Message m = message();
  m.list.clear();
  m.name_offset.placed = 0x18;
  EXPECT_EQ(hex(m), hex("1400 0000 1800 0400 00000000 0000 0000 07000000  00000000  61006200"));
}

TEST(Writer, MovesAPayloadAndLiesAboutIt) {
  Message m = message();
  m.list.clear();
  m.name_offset.placed = 0x18;
  m.name_offset.value = 0x14;
  m.name_offset.forced = true;
  EXPECT_EQ(hex(m), hex("1400 0000 1400 0400 00000000 0000 0000 07000000  00000000  61006200"));
}

TEST(Writer, WritesAForcedLengthAndCount) {
  Message m = message();
  m.name_length = Derived<std::uint16_t>::force(0xffff);
  m.list_count = Derived<std::uint16_t>::force(0);
  Bytes expected = natural();
  expected[6] = expected[7] = 0xff;
  expected[12] = 0;
  EXPECT_EQ(hex(m), to_hex(expected));
}

TEST(Writer, PlacesAnElementWhereItIsTold) {
  Message m = message();
  m.list[1].placed = 0x21;
  Bytes expected = natural();
  expected.insert(expected.begin() + 0x20, 0);
  EXPECT_EQ(hex(m), to_hex(expected));
}

TEST(Writer, LetsAPayloadOverwriteTheFixedPart) {
  Message m = message();
  m.list.clear();
  m.name_offset.placed = 16;
  EXPECT_EQ(hex(m), hex("1400 0000 1000 0400 00000000 0000 0000 61006200"));
}

TEST(Writer, RefusesToPlaceAPayloadBeyondAnyFrame) {
  Message m = message();
  m.name_offset.placed = 0xffffffff;
  EXPECT_EQ(hex(m), to_hex(natural()));
}

TEST(Writer, WritesAPayloadOfAnotherTypeThanItsKind) {
  Message m = message();
  m.list = {{.colour = Colour::red, .data = Bytes{1, 2, 3}}};
  EXPECT_EQ(hex(m), hex("1400 0000 1400 0400 18000000 0100 0000 07000000 61006200  0100 0300 010203"));
}

TEST(Writer, CutsADerivedNumberToItsWidth) {
  Message m;
  m.name.raw.resize(0x10002);
  const auto decoded = decode<Message>(encode(m));
  EXPECT_EQ(decoded.message.name_length.value, 2);
}

struct Frame {
  Derived<std::uint32_t> length;
  Bytes content;
};
template <class V>
void describe(V& v, Frame& m) {
  v.big_endian("Length", m.length, 3);
  v.bytes("Content", m.content, m.length);
}

TEST(Writer, WritesBigEndianNumbersOfOddWidths) {
  Frame frame;
  frame.content.resize(0x0102);
  EXPECT_EQ(to_hex(View(encode(frame)).first(3)), "000102");
  frame.length = Derived<std::uint32_t>::force(0x010203);
  EXPECT_EQ(to_hex(View(encode(frame)).first(3)), "010203");
  EXPECT_EQ(read<Frame>(bytes("000001 aa")).message.content, Bytes{0xaa});
}

}  // namespace
}  // namespace wire::sample
