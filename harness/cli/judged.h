// What a command line asks to be judged.
#pragma once

#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/cli/arguments.h"
#include "harness/cli/embedded_server.h"
#include "harness/scenario/run.h"
#include "harness/target/supervisor.h"

namespace cli {

struct JudgedTarget {
  std::string name;
  std::uint16_t port = 0;  // 0 in memory
  bool loopback = true;
  scenario::Networks networks;
  scenario::Accounts accounts;
  std::string share;
  std::optional<EmbeddedServer> embedded;
  std::filesystem::path file;                      // the target file, "" without
  std::vector<std::string> latitudes;              // that are accepted, all when empty
  std::unique_ptr<target::Supervisor> supervisor;  // where there is a target file
};

// The error says what to write instead.
std::expected<JudgedTarget, std::string> judged_target(const RunArguments& arguments,
                                                       const scenario::Library& library);

}  // namespace cli
