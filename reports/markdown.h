// A run record as Markdown, for the summary page of a CI job.
#pragma once

#include <cstddef>
#include <string>

#include "harness/scenario/record.h"

namespace report {

inline constexpr std::size_t longest_markdown = 65'535;  // bytes; what GitHub takes

// The verdict, counts, what is unexpected with its exchange folded away, what was not judged and why, and the
// command that runs the failures again. Never longer than longest_markdown: exchanges are left out first,
// then cases, of every scenario the first one last, and a line says so.
std::string markdown(const scenario::RunRecord& record);

}  // namespace report
