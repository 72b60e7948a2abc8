// The built-in cases as a benchmark: expansion behind it, judging and audit in it, no reports.
#pragma once

#include <benchmark/benchmark.h>

#include <string_view>

#include "harness/cli/selection.h"
#include "harness/scenario/run.h"

namespace bench {

// Says why on standard error and ends the process: half a benchmark has no figures.
[[noreturn]] void give_up(std::string_view why);

// The request that plain rounds send: the default NEGOTIATE, framed.
wire::Bytes negotiate();

class Suite {
 public:
  Suite();

  // Every case, and the audit of what it put on the wire, once an iteration; a case is an item, and the
  // counter "connections" says how many an iteration makes. Stops with an error when the run is incomplete,
  // and unless `may_fail` when a case is not as expected.
  void run(benchmark::State& state, const scenario::Networks& networks, bool may_fail = false) const;

 private:
  scenario::Library library_;
  cli::Selection selection_;
};

}  // namespace bench
