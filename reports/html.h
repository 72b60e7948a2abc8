// A run record as one HTML file that opens from disk and loads nothing: what failed stands in it as text, all
// other cases as data that its script lists and filters.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "harness/scenario/record.h"

namespace report {

// Bytes of cases told in full. What is unexpected comes first, of every scenario the first case before the
// second of any; all others are in the list of cases.
inline constexpr std::size_t most_html_details = 3 << 20;

// `records_folder` leads from the report to the folder of the record, which evidence is relative to: "" for
// the same folder, or "../".
std::string html(const scenario::RunRecord& record, std::string_view records_folder = "");

}  // namespace report
