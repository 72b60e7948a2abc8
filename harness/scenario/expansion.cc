#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "harness/scenario/covering.h"
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

// A row's values, and those of the factors that are chosen already.
Case instance_of(const Scenario& scenario, const Row& row, const Choice& choice) {
  Case c{.id = {},
         .scenario = &scenario,
         .source = {scenario.source.file, row.line},
         .values = row.values,
         .settings = {}};
  std::string instance = row.id;
  for (std::size_t i = 0; i < choice.size(); ++i) {
    if (!choice[i]) continue;
    const auto& [text, term] = scenario.factors[i].values[*choice[i]];
    instance += fmt::format("{}{}={}", instance.empty() ? "" : ",", scenario.factors[i].name, text);
    c.values.emplace_back(scenario.factors[i].name, term);
  }
  c.id = fmt::format("{}/{}{}", scenario.message, scenario.id, instance.empty() ? "" : "[" + instance + "]");
  return c;
}

// Whether it is judged already: not by values that are still to be chosen.
bool is_decided(const Expression& when, const Scenario& scenario, const Choice& choice) {
  const std::vector<std::string> variables = when.variables();
  return std::ranges::none_of(variables, [&](const std::string& name) {
    const auto factor = std::ranges::find(scenario.factors, name, &Factor::name);
    return factor != scenario.factors.end() &&
           !choice[static_cast<std::size_t>(factor - scenario.factors.begin())];
  });
}

std::expected<bool, std::string> is_forbidden(const Scenario& scenario, const Row& row,
                                              const Choice& choice) {
  if (scenario.forbidden.empty()) return false;
  const Case c = instance_of(scenario, row, choice);
  for (const Expression& when : scenario.forbidden) {
    if (!is_decided(when, scenario, choice)) continue;
    const auto holds = when.evaluate(lookup(c.values));
    if (!holds) return std::unexpected(fmt::format("forbid \"{}\": {}", when.source(), holds.error()));
    if (holds->truth()) return true;
  }
  return false;
}

using Choices = std::expected<std::vector<Choice>, std::string>;

// All combinations that are not forbidden, the last factor counting fastest.
Choices all_choices(const Scenario& scenario, const Row& row) {
  std::vector<Choice> choices;
  Choice at(scenario.factors.size(), 0);
  for (;;) {
    const auto forbidden = is_forbidden(scenario, row, at);
    if (!forbidden) return std::unexpected(forbidden.error());
    if (!*forbidden) choices.push_back(at);
    std::size_t i = at.size();
    while (i > 0 && ++*at[i - 1] == scenario.factors[i - 1].values.size()) at[--i] = 0;
    if (i == 0) return choices;
  }
}

// As many as it takes for every combination of `strength` values.
Choices covering_choices(const Scenario& scenario, const Row& row, std::size_t strength) {
  std::vector<std::size_t> sizes;
  for (const Factor& factor : scenario.factors) sizes.push_back(factor.values.size());
  std::string problem;
  auto choices = covering_rows(sizes, strength, [&](const Choice& choice) {
    const auto forbidden = is_forbidden(scenario, row, choice);
    if (!forbidden) problem = forbidden.error();
    return forbidden && !*forbidden;
  });
  if (!problem.empty()) return std::unexpected(problem);
  return choices;
}

// The words of the attribute `server`.
std::expected<std::vector<std::string>, std::string> settings_of(const Case& c) {
  std::vector<std::string> settings;
  const std::optional<Text>& server = c.scenario->server;
  if (!server) return settings;
  Term words = literal(server->raw);
  if (server->expression) {
    auto value = server->expression.evaluate(lookup(c.values));
    if (!value) return std::unexpected(fmt::format("server=\"{}\": {}", server->raw, value.error()));
    words = *std::move(value);
  }
  for (const Term& word : words.elements()) settings.push_back(word.text());
  return settings;
}

}  // namespace

std::expected<std::vector<Case>, std::string> expand(const Scenario& scenario) {
  std::vector<std::size_t> sizes;
  for (const Factor& factor : scenario.factors) {
    if (factor.values.empty()) return std::unexpected(fmt::format("factor {} has no values", factor.name));
    sizes.push_back(factor.values.size());
  }
  // The largest factors alone decide how many cases it takes to combine some of them.
  std::ranges::sort(sizes, std::greater());
  sizes.resize(scenario.strength.value_or(sizes.size()));
  std::size_t size = std::max<std::size_t>(scenario.rows.size(), 1);
  for (const std::size_t one : sizes) {
    size *= one;
    if (size > largest_expansion)
      return std::unexpected(fmt::format("more than {} combinations are too many", largest_expansion));
  }
  std::vector<Case> cases;
  std::vector<Row> rows = scenario.rows;
  if (rows.empty()) rows.push_back({.id = "", .line = scenario.source.line, .values = {}});
  for (const Row& row : rows) {
    const Choices choices =
        scenario.strength ? covering_choices(scenario, row, *scenario.strength) : all_choices(scenario, row);
    if (!choices) return std::unexpected(choices.error());
    for (const Choice& choice : *choices) {
      cases.push_back(instance_of(scenario, row, choice));
      auto settings = settings_of(cases.back());
      if (!settings) return std::unexpected(settings.error());
      cases.back().settings = *std::move(settings);
    }
  }
  if (cases.empty()) return std::unexpected("no combination is left");
  return cases;
}

}  // namespace scenario
