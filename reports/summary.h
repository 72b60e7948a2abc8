// What a run record comes to, in words and numbers without a layout: what every report for people tells. The
// words may hold whatever a target said.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/scenario/record.h"

namespace report {

struct OutcomeCount {
  scenario::Outcome outcome;
  std::size_t cases = 0;
  std::size_t unexpected = 0;
};

// Those that occur, judged ones first.
std::vector<OutcomeCount> outcome_counts(const scenario::RunRecord& record);

struct Unjudged {
  scenario::Outcome outcome;
  std::string reason;
  std::size_t cases = 0;
};

// By outcome and reason, the most frequent first.
std::vector<Unjudged> not_judged(const scenario::RunRecord& record);

// Whether a case stands for itself among what is unexpected; those without a verdict are grouped by reason
// instead.
bool is_listed(const scenario::CaseResult& result);

// Cases of one record for a report that may have no room for all: the first of every scenario before the
// second of any.
using Cases = std::vector<const scenario::CaseResult*>;
Cases by_scenario(const Cases& cases);

// One sentence that begins with GREEN or RED.
std::string verdict(const scenario::RunRecord& record);

// How many cases against what, when the run began is left out.
std::string run_line(const scenario::RunRecord& record);

struct Fact {
  std::string label;
  std::string text;
  std::string place = {};  // a line of a table of cases, where the fact has one
};

// What is known of a case but its id, outcome and exchange, in the order of reading: "requirement",
// "expected", "got" … Only facts that have a text.
std::vector<Fact> case_facts(const scenario::CaseResult& result);

// "MUST  [MS-SMB2] 3.3.5.4".
std::string strength(const scenario::CaseResult& result);

}  // namespace report
