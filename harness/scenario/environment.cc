#include "harness/scenario/environment.h"

#include <fmt/format.h>

#include <algorithm>

namespace scenario {
namespace {

std::expected<std::uint64_t, std::string> to_number(const Term& term, wire::Names names) {
  if (const auto* text = std::get_if<std::string>(&term.value)) {
    if (const auto named = wire::value_of(names, *text)) return *named;
  }
  if (const auto number = term.number()) return *number;
  std::vector<std::string_view> known;
  for (const wire::Name& name : names) known.push_back(name.alias.empty() ? name.text : name.alias);
  const std::string_view near = wire::nearest(term.text(), known);
  return std::unexpected(fmt::format("\"{}\" is no value of this field{}", term.text(),
                                     near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near)));
}

// "DFS|LEASING" as one number.
std::expected<std::uint64_t, std::string> to_bits(const Term& term, wire::Names names) {
  const auto* text = std::get_if<std::string>(&term.value);
  if (text == nullptr) return to_number(term, names);
  std::uint64_t bits = 0;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('|'), rest.size());
    const auto bit = to_number(literal(rest.substr(0, end)), names);
    if (!bit) return bit;
    bits |= *bit;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return bits;
}

std::expected<wire::Bytes, std::string> to_bytes(const Term& term) {
  if (const auto* bytes = std::get_if<wire::Bytes>(&term.value)) return *bytes;
  std::string digits;
  for (const Term& word : term.elements()) digits += word.text();
  const auto bytes = wire::from_hex(digits);
  if (!bytes) return std::unexpected(fmt::format("\"{}\" is not hexadecimal", term.text()));
  return *bytes;
}

}  // namespace

std::expected<Term, std::string> Environment::variable(std::string_view name) const {
  if (const auto saved = saved_.find(name); saved != saved_.end()) return saved->second;
  if (const auto fact = facts_.find(name); fact != facts_.end()) return fact->second;
  for (const auto& [key, value] : case_.values) {
    if (key == name) return value;
  }
  if (name == "now") return Term{now_};
  for (const Oracle& oracle : case_.scenario->oracles) {
    if (oracle.name == name) return decide(oracle);
  }
  return std::unexpected(fmt::format("no variable ${}", name));
}

std::expected<Term, std::string> Environment::decide(const Oracle& oracle) const {
  for (const Oracle::Rule& rule : oracle.rules) {
    if (rule.when) {
      const auto holds = evaluate(rule.when);
      if (!holds) return std::unexpected(fmt::format("oracle {}: {}", oracle.name, holds.error()));
      if (!holds->truth()) continue;
    }
    return evaluate(rule.then);
  }
  return std::unexpected(fmt::format("oracle {}: no rule holds", oracle.name));
}

std::expected<Term, std::string> Environment::evaluate(const Expression& expression) const {
  return expression.evaluate([this](std::string_view name) { return variable(name); });
}

std::expected<Term, std::string> Environment::evaluate(const Text& text) const {
  if (text.expression) return evaluate(text.expression);
  return Term{text.raw};
}

std::expected<bool, std::string> Environment::holds(const Text& condition) const {
  if (!condition.expression) return true;
  const auto value = evaluate(condition.expression);
  if (!value) return std::unexpected(value.error());
  return value->truth();
}

std::expected<wire::Value, std::string> to_value(const Term& term, const wire::Field& field) {
  // Raw attribute text is one string; lists and numbers in it come apart here, where the field is known.
  const auto words = [&] {
    const auto* text = std::get_if<std::string>(&term.value);
    return text != nullptr ? literal(*text) : term;
  };
  switch (field.kind()) {
    case wire::Kind::number:
      return to_number(words(), field.names());
    case wire::Kind::flags:
      return to_bits(words(), field.names());
    case wire::Kind::numbers: {
      wire::Numbers numbers;
      for (const Term& element : words().elements()) {
        const auto number = to_number(element, field.names());
        if (!number) return std::unexpected(number.error());
        numbers.push_back(*number);
      }
      return numbers;
    }
    case wire::Kind::bytes:
      return to_bytes(term);
    case wire::Kind::text:
      if (const auto* bytes = std::get_if<wire::Bytes>(&term.value)) return *bytes;
      return wire::Utf16::from_utf8(term.text());
  }
  return std::unexpected("no such kind of field");
}

Term to_term(const wire::Value& value) {
  struct Convert {
    Term operator()(std::uint64_t number) const { return {number}; }
    Term operator()(const wire::Numbers& numbers) const {
      List list;
      for (const std::uint64_t number : numbers) list.push_back({number});
      return {list};
    }
    Term operator()(const wire::Bytes& bytes) const { return {bytes}; }
    Term operator()(const wire::Utf16& text) const { return {text.to_utf8()}; }
  };
  return std::visit(Convert{}, value);
}

}  // namespace scenario
