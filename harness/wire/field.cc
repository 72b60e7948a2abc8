#include "harness/wire/field.h"

#include <fmt/format.h>

namespace wire {

std::string to_text(const Value& value, Kind kind, Names names, unsigned width) {
  struct Text {
    Kind kind;
    Names names;
    unsigned width;
    std::string operator()(std::uint64_t number) const {
      if (names.empty() && width > 1 && number < 10) return fmt::format("{}", number);
      return spell(names, kind == Kind::flags, number, width);
    }
    std::string operator()(const Numbers& numbers) const {
      std::string list;
      for (const std::uint64_t number : numbers) list += (list.empty() ? "" : ", ") + (*this)(number);
      return "[" + list + "]";
    }
    std::string operator()(const Bytes& bytes) const { return bytes.empty() ? "(empty)" : to_hex(bytes); }
    std::string operator()(const Utf16& text) const { return '"' + text.to_utf8() + '"'; }
  };
  return std::visit(Text{kind, names, width}, value);
}

}  // namespace wire
