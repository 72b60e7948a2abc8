// A run with what it recorded, for verbs that look at it.
#pragma once

#include <optional>

#include "harness/cli/arguments.h"

namespace cli {

struct RunEnd {
  int code = as_expected;                     // of the process
  std::optional<scenario::RunRecord> record;  // none where a run could not begin or be written down
};

RunEnd judge(const RunArguments& arguments);

}  // namespace cli
