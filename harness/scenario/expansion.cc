#include <fmt/format.h>

#include <algorithm>

#include "harness/scenario/loader.h"

namespace scenario {
namespace {

constexpr std::size_t largest_expansion = 100000;  // cases of one scenario

Variables lookup(const std::vector<std::pair<std::string, Term>>& values) {
  return [&values](std::string_view name) -> std::expected<Term, std::string> {
    const auto found = std::ranges::find(values, name, &std::pair<std::string, Term>::first);
    if (found == values.end()) return std::unexpected(fmt::format("no variable ${}", name));
    return found->second;
  };
}

// Counts through the factors like an odometer, the last one fastest.
bool next(std::vector<std::size_t>& at, const std::vector<Factor>& factors) {
  for (std::size_t i = factors.size(); i-- > 0;) {
    if (++at[i] < factors[i].values.size()) return true;
    at[i] = 0;
  }
  return false;
}

std::expected<bool, std::string> is_forbidden(const Scenario& scenario, const Case& c) {
  for (const Expression& when : scenario.forbidden) {
    const auto holds = when.evaluate(lookup(c.values));
    if (!holds) return std::unexpected(fmt::format("forbid \"{}\": {}", when.source(), holds.error()));
    if (holds->truth()) return true;
  }
  return false;
}

}  // namespace

std::expected<std::vector<Case>, std::string> expand(const Scenario& scenario) {
  std::size_t size = std::max<std::size_t>(scenario.rows.size(), 1);
  for (const Factor& factor : scenario.factors) {
    size *= factor.values.size();
    if (size == 0) return std::unexpected(fmt::format("factor {} has no values", factor.name));
    if (size > largest_expansion)
      return std::unexpected(fmt::format("more than {} combinations are too many", largest_expansion));
  }
  std::vector<Case> cases;
  std::vector<Row> rows = scenario.rows;
  if (rows.empty()) rows.push_back({.id = "", .line = scenario.source.line, .values = {}});
  for (const Row& row : rows) {
    std::vector<std::size_t> at(scenario.factors.size());
    do {
      Case c{
          .id = {}, .scenario = &scenario, .source = {scenario.source.file, row.line}, .values = row.values};
      std::string instance = row.id;
      for (std::size_t i = 0; i < at.size(); ++i) {
        const auto& [text, term] = scenario.factors[i].values[at[i]];
        instance += fmt::format("{}{}={}", instance.empty() ? "" : ",", scenario.factors[i].name, text);
        c.values.emplace_back(scenario.factors[i].name, term);
      }
      c.id =
          fmt::format("{}/{}{}", scenario.message, scenario.id, instance.empty() ? "" : "[" + instance + "]");
      const auto forbidden = is_forbidden(scenario, c);
      if (!forbidden) return std::unexpected(forbidden.error());
      if (!*forbidden) cases.push_back(std::move(c));
    } while (next(at, scenario.factors));
  }
  if (cases.empty()) return std::unexpected("no combination is left");
  return cases;
}

}  // namespace scenario
