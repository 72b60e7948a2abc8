// Several runs of the same cases as one.
#pragma once

#include <expected>
#include <span>
#include <string>

#include "harness/scenario/record.h"

namespace target {

// Each case has the draws of all runs, `repeats` is their sum, and the run started when the last did. What
// stopped one has stopped all. `names` are the files', for the error, which says how two of them differ.
std::expected<scenario::RunRecord, std::string> joined(std::span<const scenario::RunRecord> runs,
                                                       std::span<const std::string> names);

}  // namespace target
