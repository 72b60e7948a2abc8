#include "harness/scenario/audit_tally.h"

#include <fmt/format.h>

#include <utility>

#include "harness/scenario/run.h"

namespace scenario {
CaseResult rule_result(std::size_t index, const Requirements& requirements) {
  const audit::Rule& rule = audit::rules()[index];
  CaseResult result{.id = fmt::format("audit/{}", rule.id),
                    .title = std::string(rule.title),
                    .requirements = {std::string(rule.requirement)},
                    .section = {},
                    .requirement_text = {},
                    .level = level_of_rule(rule)};
  for (const std::string_view also : rule.also) result.requirements.emplace_back(also);
  if (const Requirement* row = requirements.find(rule.requirement)) {
    result.section = row->section;
    result.requirement_text = fmt::format("{}: {}", row->condition, row->result);
  }
  return result;
}

AuditTally::AuditTally() : rules_(audit::rules().size()) {}

void AuditTally::add(const CaseResult& result, const audit::Findings& findings) {
  for (std::size_t rule = 0; rule < rules_.size(); ++rule) rules_[rule].applied += findings.applied[rule];
  std::set<std::pair<std::size_t, std::size_t>> counted;  // rule, event
  for (const audit::Violation& violation : findings.violations) {
    OfRule& tally = rules_[violation.rule];
    tally.scenarios.insert(result.id.substr(0, result.id.find('[')));
    if (counted.emplace(violation.rule, violation.event).second) ++tally.violations;
    // The first by id, so that the evidence does not depend on how many cases run at a time.
    if (!tally.first_case.empty() && tally.first_case <= result.id) continue;
    tally.first_case = result.id;
    tally.first = violation;
    tally.evidence = result.recording;
  }
}

// Where a rule is broken comes first in its message, which is how a baseline excuses it there and nowhere
// else.
void AuditTally::judge(std::size_t rule, bool finished, CaseResult& result) const {
  const OfRule& tally = rules_[rule];
  if (tally.violations > 0) {
    result.outcome = Outcome::fail;
    result.message =
        fmt::format("in {}: {} of {} messages; {} is {}, not {}", in_words(tally.scenarios), tally.violations,
                    tally.applied, tally.first.field.empty() ? "it" : tally.first.field, tally.first.got,
                    tally.first.expected);
    result.failure = Failure{.step = 1,
                             .steps = 1,
                             .what = "audit of " + tally.first_case,
                             .source = result.source,
                             .expected = tally.first.expected,
                             .got = tally.first.got,
                             .event = tally.first.event,
                             .field = tally.first.field};
    result.recording = tally.evidence;
  } else if (!finished) {
    return;
  } else if (tally.applied == 0) {
    result.outcome = Outcome::unsupported;
    result.message = "no message of this run falls under the rule";
  } else {
    result.outcome = Outcome::pass;
  }
}

std::string in_words(const std::set<std::string>& names) {
  constexpr std::size_t most_named = 5;
  std::string text;
  std::size_t named = 0;
  for (const std::string& name : names) {
    if (named++ == most_named) return text + fmt::format(" and {} more", names.size() - most_named);
    text += (text.empty() ? "" : ", ") + name;
  }
  return text;
}

}  // namespace scenario
