// Which rows of the requirements cases and audit rules cite, and why the others are not.
#pragma once

#include <expected>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "harness/scenario/loader.h"

namespace cli {

struct Citations {
  std::set<std::string, std::less<>> cited;
  std::map<std::string, std::string, std::less<>> reasons;  // by row, of those that are not
};

// `uncited` is tab-separated with a header line, a row and why it is not cited. A row that is unknown, stands
// twice or is cited after all is an error; it holds a line for each.
std::expected<Citations, std::string> citations(const scenario::Library& library, std::string_view uncited);

}  // namespace cli
