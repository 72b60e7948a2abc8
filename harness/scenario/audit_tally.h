// What the auditor has seen in all cases of a run, and the verdicts on its rules.
#pragma once

#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "harness/audit/auditor.h"
#include "harness/scenario/record.h"
#include "harness/scenario/requirements.h"

namespace scenario {

// What is known of a rule, an index into audit::rules(), before it has judged anything.
CaseResult rule_result(std::size_t rule, const Requirements& requirements);

class AuditTally {
 public:
  AuditTally();

  void add(const CaseResult& result, const audit::Findings& findings);

  // Fills in the verdict of a rule. An unfinished run that has seen nothing wrong proves no rule.
  void judge(std::size_t rule, bool finished, CaseResult& result) const;

 private:
  struct OfRule {
    std::size_t applied = 0;          // messages
    std::size_t violations = 0;       // messages with one or more
    std::set<std::string> scenarios;  // that have some
    std::string first_case;
    audit::Violation first;
    transport::Recording evidence;
  };
  std::vector<OfRule> rules_;
};

// "a, b, c, d, e and 3 more".
std::string in_words(const std::set<std::string>& names);

}  // namespace scenario
