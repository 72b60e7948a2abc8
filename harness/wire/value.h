// A value outside its message: what a table sets, what a check compares, what a report prints.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "harness/wire/bytes.h"

namespace wire {

// UTF-16LE as it stands on the wire, so that ill-formed text and odd lengths survive.
struct Utf16 {
  Bytes raw;

  static Utf16 from_utf8(std::string_view text);
  std::string to_utf8() const;  // ill-formed units become U+FFFD
  bool operator==(const Utf16&) const = default;
};

using Numbers = std::vector<std::uint64_t>;
using Value = std::variant<std::uint64_t, Numbers, Bytes, Utf16>;

}  // namespace wire
