// The embedded reference server in the hands of the cases: each gets one of its own, with the settings it
// asks for and a clock that it moves.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <vector>

#include "harness/scenario/run.h"
#include "harness/target/target_file.h"
#include "reference-server/model/settings.h"

namespace cli {

// What the embedded server is with the settings that cases ask for, each combination made and probed once.
// What it returns stays as long as it does.
class ServerKinds {
 public:
  struct Kind {
    reference::Settings settings;
    scenario::TargetFacts facts;
  };
  // What is asked for departs from `base`.
  ServerKinds(reference::Settings base, std::uint64_t seed) : base_(std::move(base)), seed_(seed) {}

  std::expected<const Kind*, std::string> find(const std::vector<std::string>& settings);

 private:
  reference::Settings base_;
  std::uint64_t seed_;
  std::map<std::vector<std::string>, Kind> kinds_;
};

// What a case asks for departs from the full settings, whatever the other cases meet; of `settings` a server
// keeps its quirks. None for a personality, which is as people meet it. `in_memory`: without sockets.
scenario::Networks::Control controlled_servers(const reference::Settings& settings, std::uint64_t seed,
                                               bool in_memory);

// A fresh server without sockets for each case.
scenario::Networks memory_networks(const reference::Settings& settings, std::uint64_t seed);

// The ports of a target file: a case meets the one that has exactly the settings it asks for. `options`: of
// looking at them.
scenario::Networks::Control ports_with_settings(std::vector<target::Port> ports, std::string share,
                                                scenario::CaseOptions options);

}  // namespace cli
