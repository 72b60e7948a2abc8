// Which cases a command line means.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "harness/cli/arguments.h"
#include "harness/scenario/loader.h"

namespace cli {

struct Selection {
  std::vector<const scenario::Case*> cases;
  std::vector<std::size_t> audit_rules;  // indices into audit::rules()
  bool whole_suite = false;              // nothing was left out

  // Leaves the cases of one shard; rules judge the traffic of each.
  void keep(scenario::Shard shard);
};

// A pattern is a whole id, its beginning up to a `/` or `[`, or anything with `*` in it; a section stands for
// those in it, too. No condition of a kind selects everything. What nothing matches is an error.
std::expected<Selection, std::string> select(const scenario::Library& library, const CaseArguments& wanted);

bool selects(std::string_view pattern, std::string_view id);

// The words that make these conditions, as a command line spells them.
std::vector<std::string> in_words(const CaseArguments& wanted);

}  // namespace cli
