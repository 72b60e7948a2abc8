// The suite's proof by faults: with one departure of the reference server switched on, a case that cites what
// it breaks has to turn red, and none that cites something else.
#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "harness/cli/proof.h"
#include "harness/cli/selection.h"
#include "harness/scenario/record.h"
#include "reference-server/quirks/quirks.h"

namespace cli {

struct QuirkVerdict {
  const reference::QuirkEntry* quirk = nullptr;
  std::vector<std::string> killers;                 // red for a row that the quirk breaks
  std::vector<std::string> accused;                 // "id: message" of those red for another
  std::set<std::string, std::less<>> requirements;  // rows that the quirk breaks and a red case cites

  bool killed() const { return requirements.contains(quirk->requirement); }
};

// The selected cases in memory and strictly, once for each quirk, on as many threads as there are processors;
// at a glance two rows of those scenarios alone that cite what the quirk breaks.
std::vector<QuirkVerdict> prove(const scenario::Library& library, const Selection& selection,
                                std::span<const reference::QuirkEntry> quirks, Depth depth);

// What a run with one quirk on, and no baseline, says of it.
QuirkVerdict verdict(const reference::QuirkEntry& quirk, std::span<const scenario::CaseResult> results);

}  // namespace cli
