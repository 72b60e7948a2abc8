#include <gmock/gmock.h>

#include "harness/wire/der_codec.h"

namespace wire {
namespace {

// A made-up message: [APPLICATION 0] { number [0], octets [1], names [2] }.
struct Named {
  Tlv header;
  Bytes value;
  std::string_view kind() const { return value == Bytes{0x2a} ? "NAME_FORTY_TWO" : ""; }
};

struct Sample {
  using Encoding = Der;
  Tlv outer;
  Tlv sequence;
  std::optional<Tagged<std::uint8_t>> number;
  std::optional<Tagged<Bytes>> octets;
  std::optional<Tlv> names;
  std::vector<Named> list;
  Bytes trailing;
};

template <class V>
void describe(V& v, Sample& m) {
  v.constructed("Sample", 0, m.outer, tag::application(0), [&] {
    v.constructed("Sequence", 0, m.sequence, tag::sequence, [&] {
      if (v.present(m.number, {tag::context(0)})) {
        describe_tagged(v, "number", *m.number, tag::context(0), tag::enumerated);
      }
      if (v.present(m.octets, {tag::context(1)})) {
        describe_tagged(v, "octets", *m.octets, tag::context(1), tag::octet_string);
      }
      if (v.present(m.names, {tag::context(2)})) {
        v.constructed("names", 0, *m.names, tag::context(2),
                      [&] { v.elements("name", m.list, tag::object_identifier); });
      }
    });
  });
  v.rest("Trailing", m.trailing);
}

Sample sample() {
  Sample m;
  m.number.emplace().value = 7;
  m.octets.emplace().value = {1, 2, 3};
  m.names.emplace();
  m.list.resize(2);
  m.list[0].value = {0x2b, 6};
  m.list[1].value = {0x2a};
  return m;
}

constexpr std::string_view natural =
    "60 17"
    "  30 15"
    "    a0 03  0a 01 07"
    "    a1 05  04 03 01 02 03"
    "    a2 07  06 02 2b 06  06 01 2a";

Bytes hex(std::string_view text) { return from_hex(text).value(); }

Decoded<Sample> read(View bytes) {
  auto decoded = decode<Sample>(bytes);
  EXPECT_EQ(to_hex(encode(decoded.message)), to_hex(bytes));
  return decoded;
}
Decoded<Sample> read(std::string_view text) { return read(hex(text)); }

std::vector<Rule> rules(const Decoded<Sample>& decoded) {
  std::vector<Rule> result;
  for (const Issue& issue : decoded.issues) result.push_back(issue.rule);
  return result;
}

std::optional<Value> get(Sample m, std::string_view path) {
  std::optional<Value> value;
  find(m, *Path::parse(path), [&](const Field& field) { value = field.get(); });
  return value;
}

std::string set(Sample m, std::string_view path, const Value& value) {
  EXPECT_TRUE(find(m, *Path::parse(path), [&](const Field& f) { EXPECT_TRUE(f.set(value)); })) << path;
  return to_hex(encode(m));
}

Value number(std::uint64_t n) { return n; }

TEST(Der, WritesTagsAndLengthsRight) { EXPECT_EQ(to_hex(encode(sample())), to_hex(hex(natural))); }

TEST(Der, ReadsWhatItWrites) {
  const auto decoded = read(natural);
  EXPECT_THAT(decoded.issues, testing::IsEmpty());
  EXPECT_EQ(decoded.message.number->value, 7);
  EXPECT_EQ(decoded.message.octets->value, (Bytes{1, 2, 3}));
  EXPECT_EQ(decoded.message.list.size(), 2u);
  EXPECT_FALSE(decoded.message.outer.length.forced);
}

TEST(Der, LongContentsHaveLongLengths) {
  Sample m = sample();
  for (const std::size_t size : {0x7fu, 0x80u, 0xffu, 0x100u, 0xffffu, 0x10000u}) {
    m.octets->value.assign(size, 9);
    const auto decoded = read(encode(m));
    EXPECT_THAT(decoded.issues, testing::IsEmpty()) << size;
    EXPECT_EQ(decoded.message.octets->value.size(), size);
  }
}

TEST(Der, ValuesStandUnderTheirNamesAndHeadersUnderAnIndex) {
  const Sample m = read(natural).message;
  EXPECT_EQ(get(m, "number"), number(7));
  EXPECT_EQ(get(m, "octets"), Value(Bytes{1, 2, 3}));
  EXPECT_EQ(get(m, "octets.Tag"), number(0xa1));
  EXPECT_EQ(get(m, "octets[1].Tag"), number(0x04));
  EXPECT_EQ(get(m, "octets[1].Length"), number(3));
  EXPECT_EQ(get(m, "name[1]"), Value(Bytes{0x2a}));
  EXPECT_EQ(get(m, "name[1].Length"), number(1));
  EXPECT_EQ(get(m, "name[type=FORTY_TWO].Tag"), number(6));
  EXPECT_EQ(get(m, "Sequence.Rest"), Value(Bytes{}));
  EXPECT_EQ(get(m, "names.Rest"), std::nullopt);
}

TEST(Der, AnyWrongIsWrittenOnRequest) {
  const std::string right = to_hex(hex(natural));
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string text = right;
    return text.replace(text.find(from), from.size(), to);
  };
  EXPECT_EQ(set(sample(), "octets[1].Tag", number(0x24)), with("0403010203", "2403010203"));
  EXPECT_EQ(set(sample(), "octets[1].Length", number(0x7f)), with("0403010203", "047f010203"));
  EXPECT_EQ(set(sample(), "Sample.Length", number(0)), with("6017", "6000"));
  EXPECT_EQ(set(sample(), "number[1].LengthOctets", number(3)),
            to_hex(hex("60 19 30 17 a0 05 0a 82 00 01 07 a1 05 04 03 01 02 03 a2 07 06 02 2b 06 06 01 2a")));
  Sample indefinite = sample();
  indefinite.outer.length = Derived<std::uint64_t>::force(0x80);
  EXPECT_EQ(set(indefinite, "Sample.LengthOctets", number(1)), with("6017", "6080"));
  EXPECT_EQ(set(sample(), "Sequence.Rest", Bytes{0xa9, 0}), "60193017" + right.substr(8) + "a900");
}

TEST(Der, OddElementsAreToldAndKept) {
  EXPECT_THAT(rules(read("60 81 05 30 03 a0 01 00")), testing::Contains(Rule::not_minimal));
  EXPECT_THAT(rules(read("60 7f 30 05 a0 03 0a 01 07")), testing::ElementsAre(Rule::outside));
  EXPECT_THAT(rules(read("60 80 30 05 a0 03 0a 01 07")), testing::ElementsAre(Rule::malformed_payload));
  EXPECT_THAT(rules(read("60 89 30 05 a0 03 0a 01 07")), testing::ElementsAre(Rule::malformed_payload));
  EXPECT_THAT(rules(read("60 88 30 05 a0 03 0a 01 07")), testing::Contains(Rule::malformed_payload));
  EXPECT_THAT(rules(read("60 88 ff ff ff ff ff ff ff ff 30 00")), testing::ElementsAre(Rule::outside));
  EXPECT_THAT(rules(read("60 05 31 03 a0 01 07")),
              testing::ElementsAre(Rule::wrong_constant, Rule::wrong_length));
  EXPECT_THAT(rules(read("60 07 30 05 a0 03 02 01 07")), testing::ElementsAre(Rule::wrong_constant));
  EXPECT_THAT(rules(read("60 06 30 04 a0 02 0a 00")), testing::Contains(Rule::malformed_payload));
  EXPECT_THAT(rules(read("60 08 30 06 a0 04 0a 02 07 08")), testing::ElementsAre(Rule::wrong_length));
  EXPECT_THAT(rules(read("60")), testing::ElementsAre(Rule::truncated));
  EXPECT_THAT(rules(read("")), testing::ElementsAre(Rule::truncated));
}

TEST(Der, FieldsOutOfTheirOrderAreRest) {
  const auto decoded = read("60 0e 30 0c a1 05 04 03 01 02 03 a0 03 0a 01 07");
  EXPECT_EQ(decoded.message.sequence.rest, hex("a0 03 0a 01 07"));
  EXPECT_FALSE(decoded.message.number);
}

TEST(Der, BytesBehindTheElementAreKept) {
  EXPECT_EQ(read("60 02 30 00 ab cd").message.trailing, (Bytes{0xab, 0xcd}));
}

TEST(Der, EveryCutAndEveryChangeIsRewrittenIdentically) {
  const Bytes bytes = hex(natural);
  for (std::size_t i = 0; i <= bytes.size(); ++i) read(View(bytes).first(i));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (unsigned value = 0; value < 256; ++value) {
      Bytes changed = bytes;
      changed[i] = static_cast<std::uint8_t>(value);
      read(changed);
    }
  }
}

TEST(Der, PlacesAreWhereTheBytesAre) {
  const Sample m = sample();
  const Bytes bytes = encode(m);
  std::size_t octets = 0;
  for (const auto& place : places(m)) {
    EXPECT_LE(place.offset + place.size, bytes.size()) << place.path;
    if (place.path == "octets") octets = place.offset;
  }
  EXPECT_EQ(View(bytes).subspan(octets, 3)[0], 1);
  EXPECT_THAT(print(m), testing::HasSubstr("octets 010203"));
}

class Lengthener : public Observer {
 public:
  void enter(std::string_view, std::size_t, std::string_view) override {}
  void leave() override {}
  void field(const Field& field) override {
    if (field.name() == "octets") EXPECT_TRUE(field.set(Bytes(1000, 0xee)));
  }
};

TEST(Der, AnObserverMaySetWhatItIsShown) {
  Sample m = sample();
  Lengthener lengthener;
  walk(m, lengthener);
  EXPECT_EQ(m.octets->value, Bytes(1000, 0xee));
  EXPECT_EQ(encode(m).size(), encode(sample()).size() + 997 + 4 * 2);  // four lengths are longer by two
}

}  // namespace
}  // namespace wire
