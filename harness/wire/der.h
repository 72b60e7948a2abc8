// The TLV family: elements of a tag, a length and a content, as [X690] DER has them. A message joins it by
//   using Encoding = wire::Der;
// and a `describe` for DerReader and DerWriter. Everything that such a message was read from is in its
// members, odd tags and lengths too, so that nothing is left over beside it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "harness/wire/derived.h"
#include "harness/wire/value.h"

namespace wire {

struct Der {};

template <class M>
concept DerEncoded = std::same_as<typename M::Encoding, Der>;

// What stands around the content of an element: right by default, and any wrong on request.
struct Tlv {
  Derived<std::uint8_t> tag;      // the identifier octet
  Derived<std::uint64_t> length;  // of the content, in bytes
  Derived<std::uint8_t>
      length_octets;    // 1: an octet that is the length; n: 0x80 + n - 1, then n - 1 octets, n <= 9
  Bytes rest;           // content that follows what the description names
  bool absent = false;  // not on the wire, with its content
};

// An element with an explicit tag: [n] around a value of its own type. Its headers stand under the field's
// name, `mechToken[0]` for the outer and `mechToken[1]` for the inner one, and its value as `mechToken`.
template <class T>
struct Tagged {
  Tlv outer;
  Tlv inner;
  T value{};
};

// The identifier octets that this project meets. [X690] 8.1.2
namespace tag {
inline constexpr std::uint8_t bit_string = 0x03;
inline constexpr std::uint8_t octet_string = 0x04;
inline constexpr std::uint8_t object_identifier = 0x06;
inline constexpr std::uint8_t enumerated = 0x0a;
inline constexpr std::uint8_t general_string = 0x1b;
inline constexpr std::uint8_t sequence = 0x30;
inline constexpr std::uint8_t application(std::uint8_t n) { return static_cast<std::uint8_t>(0x60 | n); }
inline constexpr std::uint8_t context(std::uint8_t n) { return static_cast<std::uint8_t>(0xa0 | n); }
}  // namespace tag

// "SEQUENCE", "[2]"; "" for others.
std::string_view tag_name(std::uint8_t tag);

// How many octets the shortest form of a length takes. [X690] 10.1
std::uint8_t shortest_length_octets(std::uint64_t length);

template <class V, class T>
void describe_tagged(V& v, std::string_view name, Tagged<T>& m, std::uint8_t outer, std::uint8_t inner) {
  v.constructed(name, 0, m.outer, outer, [&] { v.primitive(name, 1, m.inner, inner, m.value); });
}

}  // namespace wire
