// The built-in cases as a benchmark: expansion behind it, judging and audit in it, no reports.
#pragma once

#include <benchmark/benchmark.h>

#include <string>
#include <string_view>
#include <vector>

#include "harness/cli/selection.h"
#include "harness/scenario/run.h"

namespace bench {

// Says why on standard error and ends the process: half a benchmark has no figures.
[[noreturn]] void give_up(std::string_view why);

// The request that plain rounds send: the default NEGOTIATE, framed.
wire::Bytes negotiate();

struct Target {
  scenario::Networks networks;
  scenario::Accounts accounts = {};
  std::string_view share = {};
  bool may_fail = false;  // cases may end unexpectedly: it is somebody else's server
};

class Suite {
 public:
  // The cases of these messages, all of them without; and every audit rule.
  explicit Suite(std::vector<std::string> messages = {});

  // Every case, and the audit of what it put on the wire, once an iteration. Items are the cases that got a
  // verdict; the counter "connections" says how many an iteration makes. Gives up when the run is incomplete,
  // and when a case is not as expected where none may fail.
  void run(benchmark::State& state, const Target& target) const;

 private:
  scenario::Library library_;
  cli::Selection selection_;
};

}  // namespace bench
