// A value as tables know it: a number, a word, bytes, or a list of such.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/wire/bytes.h"

namespace scenario {

struct Term;
using List = std::vector<Term>;

struct Term {
  std::variant<std::uint64_t, std::string, wire::Bytes, List> value;

  // "7", "STATUS_SUCCESS", "fe534d42", "2.0.2 3.0".
  std::string text() const;
  // Numbers, and the names of dialects and statuses, which mean the same everywhere.
  std::optional<std::uint64_t> number() const;
  // A list's elements; of anything else itself.
  List elements() const;
  bool truth() const;
};
// Numbers compare as numbers however they are written, and a list of one as its element.
bool operator==(const Term& a, const Term& b);

// A literal as attributes write it: one word is a scalar, none or several are a list. Words stay words until
// somebody asks for a number, so that the digits of bytes survive.
Term literal(std::string_view text);

// "7" and "0x1f"; nothing for anything else.
std::optional<std::uint64_t> parse_number(std::string_view text);

}  // namespace scenario
