// Rules that hold for all traffic, checked passively over whatever scenarios, fuzz runs and captures put on
// the wire. Each rule is a case of its own, audit/<rule>, with one verdict a run.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/transport/recording.h"

namespace audit {

struct Rule {
  std::string_view id;           // "header-echo"
  std::string_view title;        // "Every response echoes its request's header"
  std::string_view requirement;  // the first row of requirements.tsv it rests on, "HDR-015"
  std::span<const std::string_view> also;  // further rows
};

// All rules, in the order of reports.
std::span<const Rule> rules();

struct Violation {
  std::size_t rule;     // index into rules()
  std::size_t event;    // index into the recording
  std::string field;    // path, where one field is wrong
  std::string expected;
  std::string got;
};

struct Findings {
  std::vector<std::size_t> applied;  // by rule: how many messages it judged
  std::vector<Violation> violations;
};

// Judges one case's recording from its first event on; connections of one case share a server, cases do not.
Findings audit(const transport::Recording& recording);

}  // namespace audit
