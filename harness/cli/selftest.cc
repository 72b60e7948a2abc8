#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>

#include "harness/cli/arguments.h"
#include "harness/cli/cases.h"
#include "harness/cli/proof.h"
#include "harness/cli/selection.h"

namespace cli {
namespace {

struct Count {
  std::size_t pairs = 0;
  std::size_t noticed = 0;  // whatever is changed
  std::size_t in_part = 0;
  std::size_t explained = 0;  // of those that are not noticed, or in part
  std::size_t unexplained = 0;
  std::size_t needless = 0;  // reasons for what is noticed
};

double percent(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

void print(const Pair& pair, const Verdict& verdict) {
  const std::string name = pair.reply + "  " + pair.field;
  if (verdict.whole()) {
    const bool needless = !verdict.reason.empty();
    return fmt::print("noticed    {}  by {}{}\n", name, verdict.noticed.begin()->second,
                      needless ? ", and unnoticed.tsv says that nothing does" : "");
  }
  fmt::print("{}  {}  {}: {}\n", verdict.noticed.empty() ? "unnoticed" : "in part  ", name,
             fmt::join(verdict.missed, ", "),
             verdict.reason.empty() ? "and no reason is known" : verdict.reason);
}

Count count(const Proof& proof) {
  Count count;
  for (const auto& [pair, verdict] : proof.pairs) {
    ++count.pairs;
    if (verdict.whole()) {
      ++count.noticed;
      if (!verdict.reason.empty()) ++count.needless;
    } else {
      if (!verdict.noticed.empty()) ++count.in_part;
      ++(verdict.reason.empty() ? count.unexplained : count.explained);
    }
  }
  return count;
}

}  // namespace

int selftest(const CaseArguments& arguments) {
  const auto library = load_cases(arguments.folder);
  if (!library) return complain(usage, library.error());
  const auto selection = select(*library, arguments);
  if (!selection) return complain(usage, selection.error());
  const auto start = std::chrono::steady_clock::now();
  const Proof proof =
      prove(*library, selection->cases, embedded_text("requirements/unnoticed.tsv"), Depth::thorough);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;

  for (const auto& [pair, verdict] : proof.pairs) print(pair, verdict);
  const Count all = count(proof);
  fmt::print("{} pairs of a reply and a field; {} rows proven; {} runs in {:.1f} s\n", all.pairs,
             proof.requirements.size(), proof.runs, seconds.count());
  fmt::print("of all pairs                {:.1f} % noticed whatever is changed: {} of {}, {} more in part\n",
             percent(all.noticed, all.pairs), all.noticed, all.pairs, all.in_part);
  fmt::print("of those without a reason   {:.1f} % noticed whatever is changed: {} of {}, {} have a reason\n",
             percent(all.noticed, all.pairs - all.explained), all.noticed, all.pairs - all.explained,
             all.explained);
  return all.unexplained == 0 && all.needless == 0 ? as_expected : unexpected;
}

}  // namespace cli
