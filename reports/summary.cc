#include "reports/summary.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <map>
#include <string_view>
#include <utility>

namespace report {
namespace {

using scenario::CaseResult;
using scenario::Outcome;
using scenario::RunRecord;

constexpr Outcome reading_order[] = {Outcome::pass,       Outcome::fail,         Outcome::crash,
                                     Outcome::observe,    Outcome::unsupported,  Outcome::blocked,
                                     Outcome::no_verdict, Outcome::harness_error};

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

// Why a case was not judged.
std::string reason(const CaseResult& result, const RunRecord& record) {
  if (!result.message.empty()) return result.message;
  if (result.outcome == Outcome::no_verdict) {
    return record.stopped.empty() ? "the run never came to it" : record.stopped;
  }
  return "no reason given";
}

std::string place_of(const scenario::Source& source) {
  return source.file.empty() ? "" : fmt::format("cases/{}:{}", source.file, source.line);
}

std::string requirement_of(const CaseResult& result) {
  return fmt::format("{}{}{}", fmt::join(result.requirements, ", "),
                     result.requirement_text.empty() ? "" : ": ", result.requirement_text);
}

// "pass 1 of 3, fail 2 of 3"; "" for a case that ran once.
std::string draws_of(const CaseResult& result) {
  std::map<Outcome, std::size_t> counts;
  for (const scenario::Draw& draw : result.draws) ++counts[draw.outcome];
  std::vector<std::string> parts;
  for (const Outcome outcome : reading_order) {
    if (const std::size_t count = counts[outcome]; count > 0) {
      parts.push_back(fmt::format("{} {} of {}", scenario::name(outcome), count, result.draws.size()));
    }
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

std::vector<OutcomeCount> outcome_counts(const RunRecord& record) {
  std::vector<OutcomeCount> counts;
  for (const Outcome outcome : reading_order) counts.push_back({outcome});
  for (const CaseResult& result : record.cases) {
    OutcomeCount& count = *std::ranges::find(counts, result.outcome, &OutcomeCount::outcome);
    ++count.cases;
    if (!result.expected) ++count.unexpected;
  }
  std::erase_if(counts, [](const OutcomeCount& count) { return count.cases == 0; });
  return counts;
}

std::vector<Unjudged> not_judged(const RunRecord& record) {
  std::map<std::pair<Outcome, std::string>, std::size_t> groups;
  for (const CaseResult& result : record.cases) {
    if (!scenario::is_judged(result.outcome)) ++groups[{result.outcome, reason(result, record)}];
  }
  std::multimap<std::size_t, Unjudged, std::greater<>> by_count;
  for (const auto& [key, count] : groups) by_count.emplace(count, Unjudged{key.first, key.second, count});
  std::vector<Unjudged> list;
  for (auto& [count, group] : by_count) list.push_back(std::move(group));
  return list;
}

bool is_listed(const CaseResult& result) { return !result.expected && result.outcome != Outcome::no_verdict; }

Cases by_scenario(const Cases& cases) {
  std::map<std::string_view, std::size_t> seen;
  std::vector<std::pair<std::size_t, const CaseResult*>> ranked;
  for (const CaseResult* result : cases) {
    const std::string_view id = result->id;
    ranked.emplace_back(seen[id.substr(0, id.find('['))]++, result);
  }
  std::ranges::sort(ranked);
  Cases order;
  for (const auto& [rank, result] : ranked) order.push_back(result);
  return order;
}

std::string verdict(const RunRecord& record) {
  const auto count = [&](auto holds) {
    return static_cast<std::size_t>(std::ranges::count_if(record.cases, holds));
  };
  const std::size_t open = count([](const CaseResult& c) { return c.outcome == Outcome::no_verdict; });
  const std::size_t faults = count([](const CaseResult& c) { return c.outcome == Outcome::harness_error; });
  const std::size_t unexpected = count(is_listed) - faults;
  std::vector<std::string> parts;
  if (unexpected > 0) parts.push_back(counted(unexpected, "unexpected result", "unexpected results"));
  if (const std::size_t problems = record.baseline_problems.size(); problems > 0) {
    parts.push_back(counted(problems, "problem of the baseline", "problems of the baseline"));
  }
  if (faults > 0) parts.push_back(counted(faults, "fault of smbspec itself", "faults of smbspec itself"));
  if (open > 0) parts.push_back(counted(open, "case without verdict", "cases without verdict"));
  if (!record.stopped.empty()) parts.push_back(record.stopped);
  const std::string why = fmt::format("{}", fmt::join(parts, ", "));
  switch (scenario::exit_code(record)) {
    case 0:
      return "GREEN: every case is as expected.";
    case 2:
      return "RED: no case was selected.";
    case 3:
      return fmt::format("RED: {} was never reached, nothing was judged.", record.target);
    case 4:
      return fmt::format("RED, INCOMPLETE: {}.", why);
    default:
      return fmt::format("RED: {}.", why);
  }
}

std::string run_line(const RunRecord& record) {
  return fmt::format("{} against {} in {:.1f} s, seed {}, smbspec {} {}",
                     counted(record.cases.size(), "case", "cases"), record.target, record.seconds,
                     record.seed, record.suite_version, record.suite_commit);
}

std::vector<Fact> case_facts(const CaseResult& result) {
  std::vector<Fact> facts = {{"case", result.title, place_of(result.source)},
                             {"requirement", requirement_of(result)},
                             {"message", result.message}};
  if (result.outcome == Outcome::observe) facts.push_back({"observed", result.observed});
  if (const auto& failure = result.failure) {
    facts.push_back({"step", fmt::format("{} of {}: {}", failure->step, failure->steps, failure->what),
                     place_of(failure->source)});
    facts.push_back({"expected", failure->expected});
    facts.push_back({"got", failure->got});
  }
  facts.push_back({"latitudes", fmt::format("{}", fmt::join(result.latitudes, ", "))});
  facts.push_back({"known", result.excuse});
  facts.push_back({"repeated", draws_of(result)});
  std::erase_if(facts, [](const Fact& fact) { return fact.text.empty(); });
  return facts;
}

std::string strength(const CaseResult& result) {
  return fmt::format("{}{}{}", scenario::name(result.level), result.section.empty() ? "" : "  [MS-SMB2] ",
                     result.section);
}

}  // namespace report
