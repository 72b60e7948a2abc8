#include "harness/target/joined_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "harness/target/baseline.h"

namespace target {
namespace {

using scenario::CaseResult;
using scenario::Draw;
using scenario::RunRecord;

// The result that shows is of the first draw that is not as expected without a baseline, else of the last.
void join(CaseResult& all, const CaseResult& next, bool strict) {
  std::vector<Draw> draws = draws_of(all);
  const std::vector<Draw> more = draws_of(next);
  draws.insert(draws.end(), more.begin(), more.end());
  if (scenario::is_expected(all.outcome, all.level, strict)) all = next;
  all.draws = std::move(draws);
}

}  // namespace

std::expected<RunRecord, std::string> joined(std::span<const RunRecord> runs,
                                             std::span<const std::string> names) {
  RunRecord all = runs.front();
  std::map<std::string_view, std::size_t> places;  // by id, as in the first
  for (std::size_t i = 0; i < all.cases.size(); ++i) places.emplace(runs.front().cases[i].id, i);
  for (std::size_t r = 1; r < runs.size(); ++r) {
    const RunRecord& run = runs[r];
    if (run.suite_version != all.suite_version)
      return std::unexpected(fmt::format("{} is of smbspec {} and {} of {}: runs of one version are wanted",
                                         names[0], all.suite_version, names[r], run.suite_version));
    const auto is_known = [&](const CaseResult& result) { return places.contains(result.id); };
    if (run.cases.size() != all.cases.size() || !std::ranges::all_of(run.cases, is_known))
      return std::unexpected(
          fmt::format("{} and {} judge different cases: select the same in each", names[0], names[r]));
    all.strict = all.strict || run.strict;
    all.whole_suite = all.whole_suite && run.whole_suite;
    all.unreachable = all.unreachable || run.unreachable;
    all.tool_fault = all.tool_fault || run.tool_fault;
    if (all.stopped.empty()) all.stopped = run.stopped;
    all.repeats += run.repeats;
    all.started = std::max(all.started, run.started);
    all.seconds += run.seconds;
    for (const CaseResult& result : run.cases) join(all.cases[places.at(result.id)], result, all.strict);
  }
  return all;
}

}  // namespace target
