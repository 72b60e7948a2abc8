// A made-up protocol that uses each of the visitors' means once: what the tests of this folder read and
// write.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <variant>
#include <vector>

#include "harness/wire/codec.h"

namespace wire::sample {

enum class Colour : std::uint16_t { red = 1, green = 2 };
inline constexpr Name colour_names[] = {{1, "SAMPLE_COLOUR_RED", "RED"}, {2, "SAMPLE_COLOUR_GREEN", "GREEN"}};
constexpr Names names(Colour) { return colour_names; }

struct Pair {
  std::uint16_t first = 0;
  std::uint16_t second = 0;
};
template <class V>
void describe(V& v, Pair& m) {
  v.value("First", m.first);
  v.value("Second", m.second);
}

// Four bytes and a payload that the colour chooses.
struct Element {
  static constexpr std::size_t minimum_size = 4;

  Colour colour{};
  Derived<std::uint16_t> length;
  std::variant<Pair, Bytes> data;
  std::optional<std::uint32_t> placed;

  std::string_view kind() const { return name_of(colour_names, static_cast<std::uint64_t>(colour)); }
};
template <class V>
void describe(V& v, Element& m) {
  v.value("Colour", m.colour);
  v.value("Length", m.length);
  v.choose("Data", m.data, m.colour == Colour::red ? 0u : 1u, m.length);
}

// 20 bytes, then the name and the elements, wherever their offsets say.
struct Message {
  Derived<std::uint16_t> structure_size;
  std::uint16_t reserved = 0;
  Offset<std::uint16_t> name_offset;
  Derived<std::uint16_t> name_length;
  Offset<std::uint32_t> list_offset;
  Derived<std::uint16_t> list_count;
  std::uint16_t reserved2 = 0;
  std::uint32_t id = 0;
  Utf16 name;
  std::vector<Element> list;
};
template <class V>
void describe(V& v, Message& m) {
  v.constant("StructureSize", m.structure_size, std::uint16_t{20});
  v.reserved("Reserved", m.reserved);
  v.value("NameOffset", m.name_offset);
  v.value("NameLength", m.name_length);
  v.value("ListOffset", m.list_offset);
  v.value("ListCount", m.list_count);
  v.reserved("Reserved", m.reserved2);
  v.value("Id", m.id);
  v.window("Name", m.name, m.name_offset, m.name_length);
  v.chain("List", m.list, m.list_offset, m.list_count, 8);
}

inline Message message() {
  Message m;
  m.id = 7;
  m.name = Utf16::from_utf8("ab");
  m.list = {{.colour = Colour::red, .data = Pair{1, 2}}, {.colour = Colour::green, .data = Bytes{9}}};
  return m;
}

inline Bytes bytes(std::string_view hex) { return from_hex(hex).value(); }

// The message of `message()`: every number right.
inline Bytes natural() {
  return bytes(
      "14 00"        // StructureSize
      "00 00"        // Reserved
      "14 00"        // NameOffset
      "04 00"        // NameLength
      "18 00 00 00"  // ListOffset
      "02 00"        // ListCount
      "00 00"        // Reserved
      "07 00 00 00"  // Id
      "61 00 62 00"  // Name
      "01 00"        // List[0].Colour
      "04 00"        // List[0].Length
      "01 00"        // List[0].First
      "02 00"        // List[0].Second
      "02 00"        // List[1].Colour
      "01 00"        // List[1].Length
      "09");         // List[1].Data
}

inline std::vector<Rule> rules(const std::vector<Issue>& issues) {
  std::vector<Rule> result;
  for (const Issue& issue : issues) result.push_back(issue.rule);
  return result;
}

// Decodes, and holds the codec to its promise: the same bytes come back.
template <class M>
Decoded<M> read(View bytes) {
  auto decoded = decode<M>(bytes);
  EXPECT_EQ(to_hex(encode(decoded.message, decoded.residue)), to_hex(bytes));
  return decoded;
}

inline Decoded<Message> read(std::string_view hex) { return read<Message>(bytes(hex)); }

}  // namespace wire::sample
