#include <fmt/format.h>

#include <chrono>

#include "harness/cli/arguments.h"
#include "harness/cli/cases.h"
#include "harness/cli/proof.h"
#include "harness/cli/selection.h"

namespace cli {

int selftest(const CaseArguments& arguments) {
  const auto library = load_cases(arguments.folder);
  if (!library) return complain(usage, library.error());
  const auto selection = select(*library, arguments.select, arguments.exclude);
  if (!selection) return complain(usage, selection.error());
  const auto start = std::chrono::steady_clock::now();
  const Proof proof =
      prove(*library, selection->cases, embedded_text("requirements/unnoticed.tsv"), Depth::thorough);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;

  for (const auto& [pair, by] : proof.noticed)
    fmt::print("noticed    {}  {}  by {}\n", pair.reply, pair.field, by);
  std::size_t unexplained = 0;
  for (const auto& [pair, why] : proof.unnoticed) {
    fmt::print("unnoticed  {}  {}  {}\n", pair.reply, pair.field,
               why.empty() ? "and no reason is known" : why);
    if (why.empty()) ++unexplained;
  }
  const std::size_t all = proof.noticed.size() + proof.unnoticed.size();
  fmt::print("{} of {} fields of replies noticed, {:.0f} %; {} rows proven; {} runs in {:.1f} s\n",
             proof.noticed.size(), all,
             all == 0 ? 0.0 : 100.0 * static_cast<double>(proof.noticed.size()) / static_cast<double>(all),
             proof.requirements.size(), proof.runs, seconds.count());
  return unexplained == 0 ? as_expected : unexpected;
}

}  // namespace cli
