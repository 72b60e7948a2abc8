#include "harness/target/baseline_fold.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/target/baseline_file.h"

namespace target {
namespace {

using Ids = std::span<const std::string_view>;
using Factors = std::vector<std::string_view>;  // "dialect=3.1.1" …, or a row's id alone

Factors factors_of(std::string_view id) {
  Factors factors;
  std::string_view rest = id.substr(scenario_of(id).size());
  while (!rest.empty()) {  // at a [ or a comma
    const std::size_t end = std::min(rest.find(',', 1), rest.size());
    factors.push_back(rest.substr(1, end - 1));
    rest.remove_prefix(end);
  }
  return factors;
}

// By factor the values there are; nothing where the ids have not as many factors all of them.
std::vector<std::set<std::string_view>> values_of(Ids ids) {
  std::vector<std::set<std::string_view>> values(factors_of(ids.front()).size());
  for (const std::string_view id : ids) {
    const Factors factors = factors_of(id);
    if (factors.size() != values.size()) return {};
    for (std::size_t i = 0; i < factors.size(); ++i) values[i].insert(factors[i]);
  }
  return values;
}

// What all have in common, with one star for each run of factors in which they differ.
std::string wildcard_over(Ids ids) {
  const auto values = values_of(ids);
  std::string row;
  for (const auto& of_factor : values) {
    const std::string_view part = of_factor.size() == 1 ? *of_factor.begin() : "*";
    if (part == "*" && row.ends_with('*')) continue;
    if (!row.empty()) row += ',';
    row += part;
  }
  if (row.empty()) row = "*";
  if (!row.ends_with(']')) row += ']';  // which the last factor brings along
  return fmt::format("{}[{}", scenario_of(ids.front()), row);
}

// In parts that have one value each of the factor with the fewest values, or one id each.
std::vector<std::vector<std::string_view>> split(Ids ids) {
  const auto values = values_of(ids);
  std::size_t at = values.size();
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i].size() > 1 && (at == values.size() || values[i].size() < values[at].size())) at = i;
  }
  std::vector<std::string_view> seen;
  std::vector<std::vector<std::string_view>> parts;
  for (const std::string_view id : ids) {
    const std::string_view value = at == values.size() ? id : factors_of(id)[at];
    const auto known = static_cast<std::size_t>(std::ranges::find(seen, value) - seen.begin());
    if (known == seen.size()) {
      seen.push_back(value);
      parts.emplace_back();
    }
    parts[known].push_back(id);
  }
  return parts;
}

}  // namespace

std::string_view scenario_of(std::string_view id) { return id.substr(0, id.find('[')); }

std::vector<std::string> folded(Ids ids, Ids all, std::size_t most,
                                const std::function<bool(std::string_view)>& is_free) {
  if (ids.size() == 1) return {std::string(ids.front())};
  std::string pattern = wildcard_over(ids);
  const auto covered = std::ranges::count_if(all, [&](std::string_view id) { return matches(pattern, id); });
  const bool all_match = std::ranges::all_of(ids, [&](std::string_view id) { return matches(pattern, id); });
  if (all_match && ids.size() <= most && static_cast<std::size_t>(covered) == ids.size() && is_free(pattern))
    return {std::move(pattern)};
  std::vector<std::string> patterns;
  for (const auto& part : split(ids)) {
    for (std::string& one : folded(part, all, most, is_free)) patterns.push_back(std::move(one));
  }
  return patterns;
}

}  // namespace target
