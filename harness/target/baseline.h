// How a run fits what is expected of its target. A case that is unsupported never disagrees with what is
// expected of it elsewhere: one baseline serves a server however it is configured.
#pragma once

#include <cstddef>
#include <vector>

#include "harness/scenario/record.h"
#include "harness/target/baseline_file.h"

namespace target {

// A wildcard that expects anything but `unsupported` may cover no more cases than this.
inline constexpr std::size_t widest_wildcard = 20;

// What may be unsupported: anything, or only what an entry lists as unsupported, whichever other entries
// speak of the case as well. So coverage is not lost silently, and a line that says how a case fails
// elsewhere excuses nothing.
enum class Unsupported : std::uint8_t { anything, listed };

// Sets `expected` and `excuse` of every case, by each of its draws, and replaces `baseline_problems`. An
// empty baseline leaves what holds without one. That an entry matches no case is a problem only in a run of
// the whole suite. Entries end with the day on which the run started, not with today.
void apply(const Baseline& baseline, scenario::RunRecord& record,
           Unsupported unsupported = Unsupported::anything);

// Whether the baseline expects this very result, for showing what is unexpected while a run goes on.
bool excuses(const Baseline& baseline, const scenario::CaseResult& result);

// Which entries speak of which cases; all are pointers into the baseline.
struct Coverage {
  std::vector<std::vector<std::size_t>> cases;  // by entry: all that it matches, ascending
  std::vector<const Expectation*> speaking;     // by case: whose expectation counts; null for none
  std::vector<const Expectation*> unsupported;  // by case: of those that list unsupported; null for none
};
Coverage cover(const Baseline& baseline, const scenario::RunRecord& record);

// Whether an entry is a wildcard over more cases than one may cover, and so covers none.
bool is_too_wide(const Expectation& entry, std::size_t cases);

// What came of a case each time: its draws, or the one result of a case that ran once.
std::vector<scenario::Draw> draws_of(const scenario::CaseResult& result);

// Whether an entry that speaks of a case expects such a draw of it.
bool agrees(const Expectation& entry, const scenario::Draw& draw);

}  // namespace target
