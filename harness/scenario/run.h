// A run: every selected case once, several at a time, and the auditor over what they put on the wire.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <span>

#include "harness/audit/auditor.h"
#include "harness/scenario/case_runner.h"
#include "harness/scenario/loader.h"
#include "harness/scenario/supervision.h"

namespace scenario {

// A server for one case, with the settings it asks for.
struct ControlledTarget {
  std::unique_ptr<transport::Network> network;  // which can pass() time
  const TargetFacts* facts = nullptr;           // of a server with these settings; "target.controlled" is one
  bool shared = false;                          // with other cases
};

// Where cases find the server they judge.
struct Networks {
  // A network for one case: in memory a fresh server each time, over TCP the same address.
  std::function<std::unique_ptr<transport::Network>(boost::asio::any_io_executor)> make;
  // A server of its own for a case that controls() it. The error says why it cannot have the settings.
  using Control =
      std::function<std::expected<ControlledTarget, std::string>(boost::asio::any_io_executor, const Case&)>;
  Control control = {};  // none where the target cannot be controlled
  bool shared = true;    // whether cases meet the same server, so that one of them can kill it
};

struct RunOptions {
  unsigned jobs = 1;
  unsigned repeats = 1;  // how often every case runs, one after the other round
  CaseOptions case_options;
  Supervision* supervision = nullptr;  // who watches the target and can start it again, if anybody
  transport::Time late_signs = std::chrono::milliseconds(300);  // how long after a case its crash may show
};

struct RunEvents {
  // A case's whole recording, before anything of it is dropped; `start`: when its time 0 was.
  std::function<void(const CaseRun&, std::chrono::system_clock::time_point start)> recorded = {};
  // `index` is one into the record's cases. Audit rules do not start.
  std::function<void(std::size_t index)> started = {};
  std::function<void(std::size_t index, const CaseResult&)> finished;
  std::function<void()> idle;  // a few times a second
  // Asked after every case and a few times a second: why the run shall not go on, "" as long as it shall.
  std::function<std::string()> wants_to_stop = {};
};

Level level_of_rule(const audit::Rule& rule);

// The cases of `library` that `selected` lists, in its order, all without a verdict; with `audit` the rules
// behind them.
std::vector<CaseResult> unjudged(std::span<const Case* const> selected, const Requirements& requirements,
                                 std::span<const std::size_t> audit_rules);

// Fills in the verdicts of `record.cases`, which `unjudged` made of the same selection. A target that dies is
// started again where that is possible, the cases that may have killed it run once more, each alone, and the
// run goes on. Returns early when the target is gone for good, on SIGINT and SIGTERM and when an event wants
// to stop; `record.stopped` then says so and the rest has no verdict, or that of an earlier round.
void run(RunRecord& record, std::span<const Case* const> selected, std::span<const std::size_t> audit_rules,
         const Requirements& requirements, const Networks& networks, const TargetFacts& facts,
         const RunOptions& options, const RunEvents& events);

}  // namespace scenario
