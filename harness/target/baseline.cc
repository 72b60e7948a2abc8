#include "harness/target/baseline.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>

#include "harness/scenario/rule_message.h"
#include "harness/wire/names.h"

namespace target {
namespace {

using scenario::CaseResult;
using scenario::Draw;
using scenario::Outcome;
using scenario::RunRecord;

constexpr std::size_t day = 10;  // of "2026-11-20T22:00:00Z"

std::string place(const scenario::Source& source) { return fmt::format("{}:{}", source.file, source.line); }

// Nothing excuses a case that was not judged.
bool is_beyond_excuse(Outcome outcome) {
  return outcome == Outcome::no_verdict || outcome == Outcome::harness_error;
}

// The entries that speak of one case.
struct Speakers {
  const Expectation* verdict = nullptr;
  const Expectation* unsupported = nullptr;

  const Expectation* of(Outcome outcome) const {
    if (outcome == Outcome::unsupported) return unsupported;
    return is_beyond_excuse(outcome) ? nullptr : verdict;
  }

  void hear(const Expectation& entry) {
    const auto goes_before = [&](const Expectation* other) {
      return other == nullptr || (is_wildcard(*other) && !is_wildcard(entry));
    };
    if (goes_before(verdict)) verdict = &entry;
    if (expects(entry, Outcome::unsupported) && goes_before(unsupported)) unsupported = &entry;
  }
};

// What a run is held to beyond its cases.
struct Terms {
  bool strict = true;
  bool is_whole = false;
  Unsupported unsupported = Unsupported::anything;
};

bool is_fine(const CaseResult& result, const Draw& draw, const Speakers& speakers, const Terms& terms) {
  // A rule holds, or has nothing to hold for, all the sooner the fewer cases there were.
  const bool is_better = draw.outcome == Outcome::pass || draw.outcome == Outcome::unsupported;
  if (!terms.is_whole && is_better && result.id.starts_with("audit/")) return true;
  if (const Expectation* entry = speakers.of(draw.outcome)) return agrees(*entry, draw);
  if (draw.outcome == Outcome::unsupported && terms.unsupported == Unsupported::listed) return false;
  return scenario::is_expected(draw.outcome, result.level, terms.strict);
}

// An audit rule that is broken in some of the scenarios that are told is so as told.
bool tells(std::string_view beginning, std::string_view message) {
  if (message.starts_with(beginning)) return true;
  const scenario::Places told = scenario::places_of(beginning);
  const scenario::Places places = scenario::places_of(message);
  return !places.scenarios.empty() && places.more == 0 &&
         std::ranges::includes(told.scenarios, places.scenarios);
}

// "now" where a case ran once; else how often the same came.
std::string how_often(const std::vector<Draw>& draws, const Draw& draw) {
  if (draws.size() == 1) return "now";
  const auto same = std::ranges::count(draws, draw.outcome, &Draw::outcome);
  return fmt::format("in {} of {}", same, draws.size());
}

// What is wrong with an entry for a draw that it does not expect.
std::string disagreement(const Expectation& entry, std::string_view id, const Draw& draw,
                         const std::vector<Draw>& draws) {
  const std::string often = how_often(draws, draw);
  if (expects(entry, draw.outcome))
    return fmt::format("{} differs: \"{}\", {} was expected; judge it anew and change the line", id,
                       draw.message, in_words(entry));
  if (draw.outcome != Outcome::pass)
    return fmt::format("{} is {} {} (\"{}\"), {} was expected; judge it anew and change the line", id,
                       scenario::name(draw.outcome), often, draw.message, in_words(entry));
  const bool always = std::ranges::all_of(draws, [](const Draw& d) { return d.outcome == Outcome::pass; });
  return fmt::format("{} passes {}, {} was expected; {}", id, often, in_words(entry),
                     always ? "remove the line or narrow it" : "let `smbspec baseline update` measure it");
}

// "; did you mean a/b?": a row where there is such a scenario, else a scenario.
std::string suggestion(std::string_view pattern, const RunRecord& record) {
  const auto scenario = [](std::string_view id) { return id.substr(0, id.find('[')); };
  const std::string_view meant = scenario(pattern);
  std::vector<std::string_view> rows;
  std::vector<std::string_view> scenarios;
  for (const CaseResult& result : record.cases) {
    if (scenario(result.id) == meant) rows.push_back(result.id);
    if (scenarios.empty() || scenarios.back() != scenario(result.id))
      scenarios.push_back(scenario(result.id));
  }
  const std::string_view near = rows.empty() ? wire::nearest(meant, scenarios) : wire::nearest(pattern, rows);
  return near.empty() ? "" : fmt::format("; did you mean {}?", near);
}

bool is_whole(const RunRecord& record) { return record.whole_suite && record.shard.count == 1; }

// What is wrong with an entry whatever becomes of its cases.
std::vector<std::string> problems_of(const Expectation& entry, std::size_t cases, const RunRecord& record) {
  std::vector<std::string> problems;
  if (cases == 0 && !is_whole(record)) return problems;
  if (!entry.old_name.empty())
    problems.push_back(fmt::format("{} is called {} now; write that, or let `smbspec baseline update` do it",
                                   entry.old_name, entry.pattern));
  if (cases == 0)
    problems.push_back(fmt::format("no case is called {}{}; `smbspec list` knows the ids", entry.pattern,
                                   suggestion(entry.pattern, record)));
  if (is_too_wide(entry, cases))
    problems.push_back(
        fmt::format("{} covers {} cases, {} are allowed unless only unsupported is expected; narrow it",
                    entry.pattern, cases, widest_wildcard));
  if (!entry.until.empty() && entry.until < std::string_view(record.started).substr(0, day))
    problems.push_back(
        fmt::format("{} was expected until {}; see whether it still has to be, then give the "
                    "line another date or remove it",
                    entry.pattern, entry.until));
  return problems;
}

}  // namespace

bool is_too_wide(const Expectation& entry, std::size_t cases) {
  return is_wildcard(entry) && cases > widest_wildcard && !is_unsupported_only(entry);
}

std::vector<Draw> draws_of(const CaseResult& result) {
  if (!result.draws.empty()) return result.draws;
  return {{result.outcome, result.outcome == Outcome::observe ? result.observed : result.message}};
}

bool agrees(const Expectation& entry, const Draw& draw) {
  if (!expects(entry, draw.outcome)) return false;
  // Where other outcomes are expected as well the messages are theirs.
  if (draw.outcome == Outcome::pass) return true;
  if (draw.outcome == Outcome::unsupported && !is_unsupported_only(entry)) return true;
  return entry.messages.empty() || std::ranges::any_of(entry.messages, [&](const std::string& message) {
           return tells(message, draw.message);
         });
}

Coverage cover(const Baseline& baseline, const RunRecord& record) {
  // In the order of their ids, what begins alike is together.
  std::vector<std::size_t> order(record.cases.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto id = [&](std::size_t i) -> std::string_view { return record.cases[i].id; };
  std::ranges::sort(order, {}, id);

  Coverage result;
  std::vector<Speakers> speakers(record.cases.size());
  for (const Expectation& entry : baseline) {
    const std::string_view pattern = entry.pattern;
    const std::string_view beginning = pattern.substr(0, pattern.find('*'));
    std::vector<std::size_t>& covered = result.cases.emplace_back();
    for (auto at = std::ranges::lower_bound(order, beginning, {}, id);
         at != order.end() && id(*at).starts_with(beginning); ++at) {
      if (matches(pattern, id(*at))) covered.push_back(*at);
    }
    std::ranges::sort(covered);
    if (is_too_wide(entry, covered.size())) continue;
    for (const std::size_t i : covered) speakers[i].hear(entry);
  }
  for (const Speakers& of_case : speakers) {
    result.speaking.push_back(of_case.verdict);
    result.unsupported.push_back(of_case.unsupported);
  }
  return result;
}

bool excuses(const Baseline& baseline, const CaseResult& result) {
  Speakers speakers;
  for (const Expectation& entry : baseline) {
    if (matches(entry.pattern, result.id)) speakers.hear(entry);
  }
  return std::ranges::all_of(draws_of(result),
                             [&](const Draw& draw) { return is_fine(result, draw, speakers, {}); });
}

void apply(const Baseline& baseline, RunRecord& record, Unsupported unsupported) {
  record.baseline_problems.clear();
  const auto problem = [&](const Expectation& entry, std::string_view what) {
    record.baseline_problems.push_back(fmt::format("{}: {}", place(entry.source), what));
  };

  const Coverage covered = cover(baseline, record);
  for (std::size_t e = 0; e < baseline.size(); ++e) {
    for (const std::string& what : problems_of(baseline[e], covered.cases[e].size(), record))
      problem(baseline[e], what);
  }

  const Terms terms{record.strict, is_whole(record), unsupported};
  for (std::size_t i = 0; i < record.cases.size(); ++i) {
    CaseResult& result = record.cases[i];
    const Speakers speakers{covered.speaking[i], covered.unsupported[i]};
    const std::vector<Draw> draws = draws_of(result);
    const auto wrong = std::ranges::find_if_not(
        draws, [&](const Draw& draw) { return is_fine(result, draw, speakers, terms); });
    const Expectation* entry = speakers.of(result.outcome);
    result.excuse = entry != nullptr ? entry->reason : "";
    result.expected = wrong == draws.end();
    if (result.expected) continue;
    if (const Expectation* broken = speakers.of(wrong->outcome))
      problem(*broken, disagreement(*broken, result.id, *wrong, draws));
  }
}

}  // namespace target
