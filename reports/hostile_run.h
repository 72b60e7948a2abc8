// Runs whose every text holds whatever would break a report, for the tests of the reports.
#pragma once

#include <cstddef>
#include <string>

#include "harness/scenario/record.h"

namespace report {

// Every byte, ill-formed UTF-8 of each kind, colour sequences, and the ends of whatever text is put into:
// CDATA, scripts, comments, attributes, tables, code.
std::string hostile_text();

// So many cases of all outcomes, about half of them unexpected, with exchanges; every text is hostile.
scenario::RunRecord hostile_run(std::size_t cases);

// So many cases that all fail unexpectedly: what the target says is hostile, what the tables say is not.
scenario::RunRecord failing_run(std::size_t cases);

// So many cases as a server of middling quality leaves them: nine of ten pass.
scenario::RunRecord large_run(std::size_t cases);

}  // namespace report
