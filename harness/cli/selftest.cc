#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <set>
#include <vector>

#include "harness/cli/arguments.h"
#include "harness/cli/cases.h"
#include "harness/cli/proof.h"
#include "harness/cli/quirk_proof.h"
#include "harness/cli/selection.h"

namespace cli {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

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

// Whether every change without a reason is noticed, and every reason is needed.
bool fields_are_noticed(const scenario::Library& library, const Selection& selection) {
  const auto start = Clock::now();
  const Proof proof =
      prove(library, selection.cases, embedded_text("requirements/unnoticed.tsv"), Depth::thorough);
  for (const auto& [pair, verdict] : proof.pairs) print(pair, verdict);
  const Count all = count(proof);
  fmt::print("{} pairs of a reply and a field; {} rows proven; {} runs in {:.1f} s\n", all.pairs,
             proof.requirements.size(), proof.runs, seconds_since(start));
  fmt::print("of all pairs                {:.1f} % noticed whatever is changed: {} of {}, {} more in part\n",
             percent(all.noticed, all.pairs), all.noticed, all.pairs, all.in_part);
  fmt::print("of those without a reason   {:.1f} % noticed whatever is changed: {} of {}, {} have a reason\n",
             percent(all.noticed, all.pairs - all.explained), all.noticed, all.pairs - all.explained,
             all.explained);
  return all.unexplained == 0 && all.needless == 0;
}

void print(const QuirkVerdict& verdict) {
  const std::size_t more = verdict.killers.size() - (verdict.killed() ? 1 : 0);
  if (verdict.killed()) {
    fmt::print("killed     {}  {}  by {}{}\n", verdict.quirk->name, verdict.quirk->requirement,
               verdict.killers.front(), more == 0 ? "" : fmt::format(" and {} more", more));
  } else {
    fmt::print("survived   {}  {}  {} red for what it breaks beside\n", verdict.quirk->name,
               verdict.quirk->requirement, more);
  }
  for (const std::string& one : verdict.accused) fmt::print("  accused  {}\n", one);
}

// Whether each quirk is killed, and nothing else is accused.
bool quirks_are_killed(const scenario::Library& library, const Selection& selection) {
  const auto start = Clock::now();
  const std::vector<QuirkVerdict> verdicts = prove(library, selection, reference::quirks(), Depth::thorough);
  std::set<std::string, std::less<>> proven;
  std::size_t killed = 0;
  std::size_t accusing = 0;
  for (const QuirkVerdict& verdict : verdicts) {
    print(verdict);
    if (verdict.killed()) ++killed;
    if (!verdict.accused.empty()) ++accusing;
    proven.insert(verdict.requirements.begin(), verdict.requirements.end());
  }
  fmt::print(
      "{} quirks: {} killed, {} survived, {} with something wrongly accused; {} rows proven; {:.1f} s\n",
      verdicts.size(), killed, verdicts.size() - killed, accusing, proven.size(), seconds_since(start));
  return killed == verdicts.size() && accusing == 0;
}

}  // namespace

int selftest(const SelftestArguments& arguments) {
  const auto library = load_cases(arguments.cases.folder, arguments.cases.strength);
  if (!library) return complain(usage, library.error());
  const auto selection = select(*library, arguments.cases);
  if (!selection) return complain(usage, selection.error());
  const bool noticed = !arguments.fields || fields_are_noticed(*library, *selection);
  const bool killed = !arguments.quirks || quirks_are_killed(*library, *selection);
  return noticed && killed ? as_expected : unexpected;
}

}  // namespace cli
