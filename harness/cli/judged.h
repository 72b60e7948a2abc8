// What a command line asks to be judged.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "harness/cli/arguments.h"
#include "harness/cli/embedded_server.h"
#include "harness/scenario/run.h"

namespace cli {

struct JudgedTarget {
  std::string name;
  std::uint16_t port = 0;  // 0 in memory
  bool loopback = true;
  scenario::Networks networks;
  scenario::Accounts accounts;
  std::string share;
  std::optional<EmbeddedServer> embedded;
};

// The error says what to write instead.
std::expected<JudgedTarget, std::string> judged_target(const RunArguments& arguments);

}  // namespace cli
