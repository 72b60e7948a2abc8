// Which cases a command line means.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <vector>

#include "harness/scenario/loader.h"

namespace cli {

struct Selection {
  std::vector<const scenario::Case*> cases;
  std::vector<std::size_t> audit_rules;  // indices into audit::rules()
  bool whole_suite = false;              // nothing was left out
};

// A pattern is a whole id, its beginning up to a `/` or `[`, or anything with `*` in it. No pattern selects
// everything. What nothing matches is an error.
std::expected<Selection, std::string> select(const scenario::Library& library,
                                             std::span<const std::string> patterns,
                                             std::span<const std::string> excluded);

bool selects(std::string_view pattern, std::string_view id);

}  // namespace cli
