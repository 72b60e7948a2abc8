#include "harness/target/baseline_update.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "harness/target/baseline.h"
#include "harness/target/baseline_fold.h"
#include "harness/target/line_diff.h"
#include "harness/target/message_prefixes.h"

namespace target {
namespace {

using scenario::CaseResult;
using scenario::Draw;
using scenario::Outcome;
using scenario::RunRecord;

bool passes(const Draw& draw) { return draw.outcome == Outcome::pass; }

// On one line, whatever a server has put into a message.
std::string one_line(std::string text) {
  std::ranges::replace_if(text, [](unsigned char c) { return std::iscntrl(c) != 0; }, ' ');
  return text;
}

std::string reason_for(const CaseResult& result, const std::vector<Draw>& draws, const Expectation* old) {
  if (old != nullptr && old->reason.starts_with(unexplained)) return old->reason;
  std::string reason(unexplained);
  if (std::ranges::all_of(draws, [](const Draw& d) { return d.outcome == Outcome::unsupported; })) {
    reason += result.message.empty() ? "unsupported" : result.message;
  } else {
    reason += result.requirements.empty() ? result.title : result.requirements.front();
    if (!result.requirement_text.empty()) reason += ": " + result.requirement_text;
  }
  if (old != nullptr) reason += "; before: " + old->reason;
  return one_line(std::move(reason));
}

// The outcomes that came, each once, pass last.
std::vector<Outcome> outcomes_of(const std::vector<Draw>& draws) {
  std::vector<Outcome> outcomes;
  for (const Draw& draw : draws) {
    if (!passes(draw) && std::ranges::find(outcomes, draw.outcome) == outcomes.end())
      outcomes.push_back(draw.outcome);
  }
  if (std::ranges::any_of(draws, passes)) outcomes.push_back(Outcome::pass);
  return outcomes;
}

// The beginnings of what did not pass; an observation is its value.
std::vector<std::string> messages_of(const std::vector<Draw>& draws, const Expectation& entry) {
  std::vector<std::string> all;
  for (const Draw& draw : draws) {
    if (passes(draw) || (draw.outcome == Outcome::unsupported && !is_unsupported_only(entry))) continue;
    if (draw.outcome != Outcome::observe) all.push_back(draw.message);
  }
  std::vector<std::string> prefixes = message_prefixes(all);
  if (prefixes.empty() && !all.empty()) return {};
  for (const Draw& draw : draws) {
    if (draw.outcome == Outcome::observe && std::ranges::find(prefixes, draw.message) == prefixes.end())
      prefixes.push_back(draw.message);
  }
  return prefixes;
}

std::optional<Measure> measured(const Expectation& entry, const std::vector<Draw>& draws) {
  if (entry.outcomes.size() < 2) return std::nullopt;
  const auto count = [&](auto holds) { return static_cast<unsigned>(std::ranges::count_if(draws, holds)); };
  return Measure{count([&](const Draw& d) { return d.outcome == entry.outcomes.front(); }),
                 count([&](const Draw& d) { return expects(entry, d.outcome); })};
}

// What becomes of the expectation of one case.
enum class Fate : std::uint8_t { keep, change, drop };
struct Decision {
  Fate fate = Fate::keep;
  Expectation entry = {};  // what it changes to
};

class Updater {
 public:
  Updater(const Baseline& own, const Baseline& known, const RunRecord& record, const UpdateRules& rules)
      : own_(own.size()), record_(record), rules_(rules), all_(own) {
    all_.insert(all_.end(), known.begin(), known.end());
    coverage_ = cover(all_, record);
    for (const CaseResult& result : record.cases) rows_[scenario_of(result.id)].push_back(result.id);
    for (const Expectation& entry : own) patterns_.insert(entry.pattern);
    find_standing();
  }

  // By line of the file what it becomes, where it does not stay; behind the last what comes new.
  std::map<unsigned, std::vector<std::string>> changes() {
    std::map<unsigned, std::vector<std::string>> changes;
    std::vector<bool> taken(record_.cases.size());
    for (std::size_t e = 0; e < own_; ++e) {
      if (auto lines = changed(e, taken)) changes.emplace(all_[e].source.line, std::move(*lines));
    }
    if (auto lines = added(taken); !lines.empty())
      changes.emplace(std::numeric_limits<unsigned>::max(), std::move(lines));
    return changes;
  }

 private:
  bool is_own(const Expectation* entry) const { return entry < all_.data() + own_; }
  std::size_t number_of(const Expectation& entry) const {
    return static_cast<std::size_t>(&entry - all_.data());
  }

  // Which entries stay in the way of others. A wildcard falls when any of its cases is not as it says, which
  // may leave a case to a line alone and let that fall too.
  void find_standing() {
    standing_.assign(all_.size(), true);
    standing_over_.resize(record_.cases.size());
    std::set<std::string_view> earlier;
    for (std::size_t e = 0; e < all_.size(); ++e) {
      const bool is_first = earlier.insert(all_[e].pattern).second;  // two may be called the same now
      standing_[e] = (is_first || e >= own_) && !is_too_wide(all_[e], coverage_.cases[e].size());
      for (const std::size_t i : coverage_.cases[e]) standing_over_[i] += standing_[e] ? 1 : 0;
    }
    for (bool fell = true; std::exchange(fell, false);) {
      for (std::size_t e = 0; e < own_; ++e) {
        if (!standing_[e] || !is_wildcard(all_[e]) || fits(e)) continue;
        standing_[e] = false;
        for (const std::size_t i : coverage_.cases[e]) --standing_over_[i];
        fell = true;
      }
    }
  }

  bool fits(std::size_t e) const {
    return std::ranges::all_of(coverage_.cases[e], [&](std::size_t i) {
      return coverage_.speaking[i] != &all_[e] || decide(i, &all_[e]).fate == Fate::keep;
    });
  }

  // What the entry becomes; nothing where its line stays as it is.
  std::optional<std::vector<std::string>> changed(std::size_t e, std::vector<bool>& taken) {
    const Expectation& entry = all_[e];
    const bool too_wide = is_too_wide(entry, coverage_.cases[e].size());
    bool stays = standing_[e] && !coverage_.cases[e].empty();
    std::vector<Expectation> entries;
    for (const std::size_t i : coverage_.cases[e]) {
      const Expectation* speaking = coverage_.speaking[i];
      if (too_wide ? speaking != nullptr || taken[i] : speaking != &entry) continue;
      taken[i] = true;
      Decision decision = decide(i, &entry);
      stays = stays && decision.fate == Fate::keep;
      if (decision.fate == Fate::keep) decision.entry = entry;
      decision.entry.pattern = record_.cases[i].id;
      if (decision.fate != Fate::drop) entries.push_back(std::move(decision.entry));
    }
    if (!stays) return lines_for(entries, true, entry.pattern);
    if (!entry.old_name.empty()) return std::vector{line_of(entry)};
    return std::nullopt;
  }

  // What has no line of the file yet.
  std::vector<std::string> added(const std::vector<bool>& taken) const {
    std::vector<Expectation> news;
    std::vector<Expectation> overriding;  // what is known: only an exact line goes before another
    for (std::size_t i = 0; i < record_.cases.size(); ++i) {
      const Expectation* speaking = coverage_.speaking[i];
      if (taken[i] || (speaking != nullptr && is_own(speaking))) continue;
      Decision decision = decide(i, speaking);
      if (decision.fate != Fate::change) continue;
      decision.entry.pattern = record_.cases[i].id;
      (speaking == nullptr ? news : overriding).push_back(std::move(decision.entry));
    }
    std::vector<std::string> lines = lines_for(news, true, "");
    for (std::string& line : lines_for(overriding, false, "")) lines.push_back(std::move(line));
    return lines;
  }

  // `old`: whose expectation counts now, null for none.
  Decision decide(std::size_t i, const Expectation* old) const {
    const CaseResult& result = record_.cases[i];
    const std::vector<Draw> draws = draws_of(result);
    std::vector<Draw> bad;
    std::ranges::copy_if(draws, std::back_inserter(bad),
                         [&](const Draw& draw) { return !is_fine(i, old, draw); });
    if (old == nullptr) return bad.empty() ? Decision{} : Decision{Fate::change, learned(result, draws, old)};
    const bool may_go = old->measured.has_value() || !bad.empty();
    if (may_go && draws.size() >= rules_.drop_after && std::ranges::all_of(draws, passes) &&
        is_alone(i, *old))
      return {Fate::drop};
    if (bad.empty()) return measured_anew(*old, draws);
    const bool only_more = std::ranges::all_of(bad, [&](const Draw& draw) {
      return (passes(draw) || draw.outcome == Outcome::unsupported) && !expects(*old, draw.outcome);
    });
    return {Fate::change, only_more ? widened(*old, bad, draws) : learned(result, draws, old)};
  }

  bool is_fine(std::size_t i, const Expectation* old, const Draw& draw) const {
    if (draw.outcome == Outcome::unsupported) {
      const Expectation* entry = coverage_.unsupported[i];
      return entry != nullptr ? agrees(*entry, draw) : !rules_.unsupported;
    }
    if (old != nullptr) return agrees(*old, draw);
    return scenario::is_expected(draw.outcome, record_.cases[i].level, record_.strict);
  }

  // Whether nothing else would speak of the case if this entry went.
  bool is_alone(std::size_t i, const Expectation& entry) const {
    return is_own(&entry) && standing_over_[i] == (standing_[number_of(entry)] ? 1U : 0U);
  }

  // Fewer draws than a measurement rests on do not replace it.
  static Decision measured_anew(const Expectation& old, const std::vector<Draw>& draws) {
    if (!old.measured || is_wildcard(old)) return {};
    const auto now = measured(old, draws);
    if (!now || now == old.measured || now->draws < old.measured->draws) return {};
    Expectation entry = old;
    entry.measured = now;
    return {Fate::change, std::move(entry)};
  }

  // The same, and passing or being unsupported will do as well.
  static Expectation widened(const Expectation& old, const std::vector<Draw>& bad,
                             const std::vector<Draw>& draws) {
    Expectation entry = old;
    for (const Outcome outcome : {Outcome::unsupported, Outcome::pass}) {
      if (std::ranges::find(bad, outcome, &Draw::outcome) != bad.end()) entry.outcomes.push_back(outcome);
    }
    entry.measured = measured(entry, draws);
    return entry;
  }

  Expectation learned(const CaseResult& result, std::vector<Draw> draws, const Expectation* old) const {
    const bool lists_unsupported =
        rules_.unsupported || (old != nullptr && expects(*old, Outcome::unsupported));
    if (!lists_unsupported)
      std::erase_if(draws, [](const Draw& draw) { return draw.outcome == Outcome::unsupported; });
    Expectation entry{.outcomes = outcomes_of(draws)};
    entry.measured = measured(entry, draws);
    if (old != nullptr) entry.until = old->until;
    if (!is_unsupported_only(entry)) entry.messages = messages_of(draws, entry);
    entry.reason = reason_for(result, draws, old);
    return entry;
  }

  // `own`: a pattern that may be used though the file has it.
  std::vector<std::string> lines_for(const std::vector<Expectation>& entries, bool fold,
                                     std::string_view own) const {
    struct Group {
      Expectation entry;
      std::vector<std::string_view> ids;
    };
    std::vector<Group> groups;
    std::map<std::string, std::size_t> by_text;
    for (const Expectation& entry : entries) {
      Group group{entry, {entry.pattern}};
      group.entry.pattern = fold ? scenario_of(entry.pattern) : entry.pattern;
      const auto [at, is_new] = by_text.try_emplace(line_of(group.entry), groups.size());
      if (is_new) {
        groups.push_back(std::move(group));
      } else {
        groups[at->second].ids.push_back(entry.pattern);
      }
    }
    const auto is_free = [&](std::string_view pattern) {
      return pattern == own || !patterns_.contains(pattern);
    };
    std::vector<std::string> lines;
    for (Group& group : groups) {
      const auto& rows = rows_.at(scenario_of(group.ids.front()));
      const std::size_t most = is_unsupported_only(group.entry) ? rows.size() : widest_wildcard;
      for (std::string& pattern : folded(group.ids, rows, most, is_free)) {
        group.entry.pattern = std::move(pattern);
        lines.push_back(line_of(group.entry));
      }
    }
    return lines;
  }

  std::size_t own_;  // entries of the file, before those that are known
  const RunRecord& record_;
  const UpdateRules& rules_;
  Baseline all_;
  Coverage coverage_;
  std::vector<bool> standing_;           // by entry
  std::vector<unsigned> standing_over_;  // by case: how many standing entries match it
  std::map<std::string_view, std::vector<std::string_view>> rows_;  // by scenario: its cases
  std::set<std::string, std::less<>> patterns_;                     // of the file
};

}  // namespace

std::expected<Update, std::string> update(std::string_view text, std::string_view file,
                                          const Aliases& aliases, const Baseline& known,
                                          const RunRecord& record, const UpdateRules& rules) {
  const auto own = parse_baseline(text, file, aliases);
  if (!own) return std::unexpected(own.error());
  auto changes = Updater(*own, known, record, rules).changes();

  LineDiff diff;
  for (unsigned number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto change = changes.find(number);
    if (change == changes.end()) {
      diff.keep(line);
      continue;
    }
    diff.remove(line);
    for (const std::string& now : change->second) diff.add(now);
    changes.erase(change);
  }
  for (const auto& [number, lines] : changes) {
    for (const std::string& line : lines) diff.add(line);
  }
  return Update{
      .text = diff.text(), .diff = diff.unified(), .added = diff.added(), .removed = diff.removed()};
}

}  // namespace target
