// The embedded reference server in the hands of the cases: each gets one of its own, with the settings it
// asks for and a clock that it moves.
#pragma once

#include "harness/scenario/run.h"
#include "reference-server/model/settings.h"

namespace cli {

// `base`: settings that a case does not speak of. `in_memory`: without sockets.
scenario::Networks::Control controlled_servers(reference::Settings base, std::uint64_t seed, bool in_memory);

}  // namespace cli
