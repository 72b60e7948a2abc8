// A look at a target before it is judged: what it negotiates. It only ever makes cases unsupported.
#pragma once

#include <expected>
#include <string>
#include <utility>
#include <vector>

#include "harness/scenario/environment.h"
#include "harness/transport/stream.h"

namespace target {

struct Probe {
  scenario::TargetFacts facts;                                // "target.dialects" …
  std::vector<std::pair<std::string, std::string>> findings;  // for people and the run record, in order
};

// Some fifteen NEGOTIATEs, each on a connection of its own. The error says what was seen of a target that
// answers none of them.
transport::Awaitable<std::expected<Probe, std::string>> probe(transport::Network& network,
                                                              transport::Time step_timeout);

}  // namespace target
