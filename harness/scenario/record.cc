#include "harness/scenario/record.h"

#include <algorithm>
#include <iterator>
#include <span>

namespace scenario {
namespace {

// By value of the enumerations.
constexpr std::string_view outcome_names[] = {"no-verdict",  "pass",    "fail",  "observe",
                                              "unsupported", "blocked", "crash", "harness-error"};
constexpr std::string_view level_names[] = {"MUST", "SHOULD", "MAY", "observe"};

template <class E>
std::optional<E> value_of(std::span<const std::string_view> names, std::string_view name) {
  const auto at = std::ranges::find(names, name);
  if (at == names.end()) return std::nullopt;
  return static_cast<E>(at - names.begin());
}

}  // namespace

std::string_view name(Outcome outcome) { return outcome_names[static_cast<std::size_t>(outcome)]; }
std::string_view name(Level level) { return level_names[static_cast<std::size_t>(level)]; }
std::optional<Outcome> outcome_of(std::string_view name) { return value_of<Outcome>(outcome_names, name); }
std::optional<Level> level_of(std::string_view name) { return value_of<Level>(level_names, name); }

int exit_code(const RunRecord& record) {
  const auto any = [&](auto holds) { return std::ranges::any_of(record.cases, holds); };
  const auto unexpected = [](const CaseResult& c) {
    return !c.expected && c.outcome != Outcome::no_verdict && c.outcome != Outcome::harness_error;
  };
  if (record.unreachable) return 3;
  if (record.cases.empty()) return 2;
  if (any(unexpected) || !record.baseline_problems.empty()) return 1;
  if (record.tool_fault || any([](const CaseResult& c) { return c.outcome == Outcome::harness_error; }))
    return 5;
  if (any([](const CaseResult& c) { return c.outcome == Outcome::no_verdict; }) || !record.stopped.empty())
    return 4;
  return 0;
}

bool is_expected(Outcome outcome, Level level, bool strict) {
  switch (outcome) {
    case Outcome::pass:
    case Outcome::observe:
    case Outcome::unsupported:
      return true;
    case Outcome::fail:
      return level != Level::must && !strict;
    case Outcome::no_verdict:
    case Outcome::blocked:
    case Outcome::crash:
    case Outcome::harness_error:
      return false;
  }
  return false;
}

void take_draw(CaseResult& all, CaseResult next) {
  if (next.outcome == Outcome::no_verdict) return;
  std::vector<Draw> draws = std::move(all.draws);
  const bool first = draws.empty();
  draws.push_back({next.outcome, next.outcome == Outcome::observe ? next.observed : next.message});
  if (first || all.expected) all = std::move(next);
  all.draws = std::move(draws);
}

bool is_judged(Outcome outcome) {
  return outcome == Outcome::pass || outcome == Outcome::fail || outcome == Outcome::observe ||
         outcome == Outcome::crash;
}

}  // namespace scenario
