// The embedded reference server in the hands of the cases: each gets one of its own, with the settings it
// asks for and a clock that it moves.
#pragma once

#include "harness/scenario/run.h"
#include "harness/target/target_file.h"
#include "reference-server/model/settings.h"

namespace cli {

// `base`: settings that a case does not speak of. `in_memory`: without sockets.
scenario::Networks::Control controlled_servers(reference::Settings base, std::uint64_t seed, bool in_memory);

// The ports of a target file: a case meets the one that has exactly the settings it asks for. `options`: of
// looking at them.
scenario::Networks::Control ports_with_settings(std::vector<target::Port> ports, std::string share,
                                                scenario::CaseOptions options);

}  // namespace cli
