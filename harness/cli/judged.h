// What a command line asks to be judged: the target, and what is expected of it.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "harness/cli/arguments.h"
#include "harness/cli/embedded_server.h"
#include "harness/scenario/run.h"
#include "harness/target/baseline.h"

namespace cli {

struct JudgedTarget {
  std::string name;
  std::uint16_t port = 0;  // 0 in memory
  scenario::Networks networks;
  scenario::Accounts accounts;
  std::string share;
  std::optional<EmbeddedServer> embedded;
};

// The errors of both say what to write instead.
std::expected<JudgedTarget, std::string> judged_target(const RunArguments& arguments);

// Of --known and --baseline, joined.
std::expected<target::Baseline, std::string> expectations(const RunArguments& arguments);

}  // namespace cli
