#include "harness/scenario/attributes.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/scenario/environment.h"

namespace scenario {

Expression Attributes::expression(pugi::xml_node node, const char* attribute) {
  if (!node.attribute(attribute)) return {};
  auto parsed = Expression::parse(node.attribute(attribute).value());
  if (!parsed) {
    error(node, fmt::format("{}: {}", attribute, parsed.error()));
    return {};
  }
  check_variables(node, *parsed);
  return *std::move(parsed);
}

void Attributes::check_variables(pugi::xml_node node, const Expression& e) {
  const auto report = [&](std::string_view name, std::span<const std::string_view> known) {
    if (std::ranges::find(known, name) != known.end()) return;
    error(node, fmt::format("no variable ${}{}", name, suggestion(name, known)));
  };
  const std::vector<std::string_view> own(variables_.begin(), variables_.end());
  for (const std::string& name : e.variables()) {
    report(name, name.starts_with("target.") ? std::span(target_fact_names) : std::span(own));
  }
}

Text Attributes::text(pugi::xml_node node, const char* attribute) {
  Text result{.raw = node.attribute(attribute).value(), .expression = {}};
  if (result.raw.find_first_of("$(") != std::string::npos) result.expression = expression(node, attribute);
  return result;
}

std::optional<Text> Attributes::optional_text(pugi::xml_node node, const char* attribute) {
  if (!node.attribute(attribute)) return std::nullopt;
  return text(node, attribute);
}

Text Attributes::condition(pugi::xml_node node) {
  return {.raw = node.attribute("if").value(), .expression = expression(node, "if")};
}

std::string_view Attributes::word(pugi::xml_node node, const char* attribute,
                                  std::span<const std::string_view> words) {
  const pugi::xml_attribute given = node.attribute(attribute);
  if (!given) return words.front();
  const auto found = std::ranges::find(words, std::string_view(given.value()));
  if (found != words.end()) return *found;
  error(node, fmt::format("{}=\"{}\"{}", attribute, given.value(), suggestion(given.value(), words)));
  return words.front();
}

bool Attributes::yes_or_no(pugi::xml_node node, const char* attribute, bool when_left_out) {
  constexpr std::string_view answers[] = {"yes", "no"};
  if (!node.attribute(attribute)) return when_left_out;
  return word(node, attribute, answers) == "yes";
}

std::vector<std::string> Attributes::words(pugi::xml_node node, const char* attribute) {
  std::vector<std::string> words;
  for (const Term& term : literal(node.attribute(attribute).value()).elements()) words.push_back(term.text());
  return words;
}

std::optional<smb2::Command> Attributes::command(pugi::xml_node node, const char* attribute) {
  const std::string_view name = node.attribute(attribute).value();
  if (const auto value = wire::value_of(smb2::command_names, name)) return static_cast<smb2::Command>(*value);
  if (node.attribute(attribute))
    error(node, fmt::format("no command \"{}\"{}", name, suggestion(name, names_of(smb2::command_names))));
  return std::nullopt;
}

std::vector<std::string_view> names_of(wire::Names names) {
  std::vector<std::string_view> result;
  for (const wire::Name& name : names) result.push_back(name.alias.empty() ? name.text : name.alias);
  return result;
}

std::vector<std::string_view> views(const std::vector<std::string>& words) {
  return {words.begin(), words.end()};
}

}  // namespace scenario
