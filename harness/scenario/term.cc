#include "harness/scenario/term.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "harness/smb2/dialect.h"
#include "harness/smb2/ntstatus.h"

namespace scenario {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

std::optional<std::uint64_t> parse_number(std::string_view text) {
  const bool hexadecimal = text.starts_with("0x");
  if (hexadecimal) text.remove_prefix(2);
  std::uint64_t number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, hexadecimal ? 16 : 10);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string Term::text() const {
  struct Text {
    std::string operator()(std::uint64_t n) const {
      return n < 10 ? fmt::format("{}", n) : fmt::format("{:#x}", n);
    }
    std::string operator()(const std::string& s) const { return s; }
    std::string operator()(const wire::Bytes& b) const { return wire::to_hex(b); }
    std::string operator()(const List& list) const {
      std::string all;
      for (const Term& term : list) all += (all.empty() ? "" : " ") + term.text();
      return all;
    }
  };
  return std::visit(Text{}, value);
}

std::optional<std::uint64_t> Term::number() const {
  if (const auto* n = std::get_if<std::uint64_t>(&value)) return *n;
  if (const auto* s = std::get_if<std::string>(&value)) {
    if (const auto n = parse_number(*s)) return n;
    if (const auto n = wire::value_of(smb2::dialect_names, *s)) return n;
    return wire::value_of(names(smb2::NtStatus{}), *s);
  }
  return std::nullopt;
}

List Term::elements() const {
  if (const auto* list = std::get_if<List>(&value)) return *list;
  return {*this};
}

bool Term::truth() const {
  if (const auto* list = std::get_if<List>(&value)) return !list->empty();
  if (const auto* s = std::get_if<std::string>(&value))
    return *s == "yes" || *s == "true" || parse_number(*s).value_or(0) != 0;
  const auto n = number();
  return n && *n != 0;
}

bool operator==(const Term& a, const Term& b) {
  if (a.value == b.value) return true;
  if (std::holds_alternative<List>(a.value) || std::holds_alternative<List>(b.value)) {
    const List left = a.elements();
    const List right = b.elements();
    return std::ranges::equal(left, right);
  }
  const auto x = a.number();
  const auto y = b.number();
  return x && y && *x == *y;
}

Term literal(std::string_view text) {
  List words;
  while (true) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    if (text.empty()) break;
    const auto end = std::ranges::find_if(text, is_space);
    const std::string_view word(text.begin(), end);
    words.push_back({std::string(word)});
    text.remove_prefix(word.size());
  }
  if (words.size() == 1) return words.front();
  return {words};
}

}  // namespace scenario
