// Whether a case says anything of a target.
#pragma once

#include <optional>
#include <string>

#include "harness/scenario/environment.h"

namespace scenario {

// Why the target need not be judged by this case; nothing when it has to be, or when only run_case can tell
// what is wrong with the table.
std::optional<std::string> unsupported(const Case& instance, const TargetFacts& facts);

}  // namespace scenario
