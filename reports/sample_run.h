// A run with a case of every outcome, for the tests of the reports.
#pragma once

#include "harness/scenario/record.h"

namespace report {

// Its second case, `negotiate/dialect-selection[2.0.2-and-3.0]`, failed with a NEGOTIATE exchange recorded.
scenario::RunRecord sample_run();

}  // namespace report
