// Lets a baseline say what runs have shown, and nothing else: comments, order and reasons stay.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "harness/scenario/record.h"
#include "harness/target/baseline_file.h"

namespace target {

// What the reason of a line begins with that nobody has explained yet.
inline constexpr std::string_view unexplained = "UNEXPLAINED: ";

struct UpdateRules {
  unsigned drop_after = 10;  // draws that all have to pass before a line goes: a green draw is no proof
  bool unsupported = false;  // whether what is unsupported gets lines too
};

struct Update {
  std::string text;  // of the whole file
  std::string diff;  // unified, without the names of files; "" when nothing changes
  std::size_t added = 0;
  std::size_t removed = 0;  // a line that changes is removed and added
};

// `text` is that of `file`, which stands before `known` as apply() would have them. `record` is a whole run,
// or several joined. A line that has begun to pass becomes `fail|pass` until so many draws pass; one that
// fails otherwise, and what fails and has none, says that it is unexplained. The error is parse_baseline's.
std::expected<Update, std::string> update(std::string_view text, std::string_view file,
                                          const Aliases& aliases, const Baseline& known,
                                          const scenario::RunRecord& record, const UpdateRules& rules);

}  // namespace target
