// Baselines and runs in few words, for tests.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/target/baseline_file.h"

namespace target {

inline std::string with_heading(std::string_view lines) {
  return "# smbspec baseline v1   suite 0.1\n" + std::string(lines);
}

inline Baseline baseline_of(std::string_view lines, const Aliases& aliases = {}) {
  auto baseline = parse_baseline(with_heading(lines), "known.txt", aliases);
  EXPECT_TRUE(baseline) << baseline.error();
  return baseline.value_or(Baseline{});
}

inline scenario::CaseResult result(std::string id, scenario::Outcome outcome, std::string message = {}) {
  return {.id = std::move(id), .outcome = outcome, .message = std::move(message)};
}

// A case that ran several times.
inline scenario::CaseResult drawn(const std::string& id,
                                  const std::vector<std::pair<scenario::Outcome, std::string>>& draws) {
  scenario::CaseResult all{.id = id};
  for (const auto& [outcome, message] : draws) {
    scenario::CaseResult one = result(id, outcome, message);
    if (outcome == scenario::Outcome::observe) one.observed = std::exchange(one.message, "");
    one.expected = scenario::is_expected(outcome, one.level, false);
    scenario::take_draw(all, std::move(one));
  }
  return all;
}

inline scenario::RunRecord run_of(std::vector<scenario::CaseResult> cases) {
  return {.started = "2026-11-20T22:00:00Z", .cases = std::move(cases)};
}

inline scenario::RunRecord whole_run_of(std::vector<scenario::CaseResult> cases) {
  scenario::RunRecord run = run_of(std::move(cases));
  run.whole_suite = true;
  return run;
}

}  // namespace target
