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

enum class Strength : std::uint8_t { must, should };

struct Rule {
  std::string_view id;     // "header-echo"
  std::string_view title;  // "Every response echoes its request's header"
  Strength strength;
  std::string_view requirement;             // the first row of requirements.tsv it rests on, "HDR-015"
  std::vector<std::string_view> also = {};  // further rows
};

// All rules, in the order of reports.
std::span<const Rule> rules();

struct Violation {
  std::size_t rule;   // index into rules()
  std::size_t event;  // index into the recording
  // Path in that event's message (of a compound: in one of them; of a sealed one: in its transform header or
  // in what was sealed), or Zero or StreamProtocolLength of its
  // frame;
  // "" where no field is to blame.
  std::string field;
  std::string expected;
  std::string got;
};

struct Findings {
  std::vector<std::size_t> applied;  // by rule: how many messages it judged
  std::vector<Violation> violations;
};

// Judges one case's recording from its first event on; connections of one case share a server, cases do not.
// What the client sent may be anything: a response is held to what its request was, byte for byte, and where
// no request can be made out it is not accused.
Findings audit(const transport::Recording& recording);

}  // namespace audit
