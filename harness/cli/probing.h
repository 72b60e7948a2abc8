// Reaching a target and looking at it, for every verb that has one.
#pragma once

#include <expected>
#include <string>

#include "harness/cli/arguments.h"
#include "harness/scenario/run.h"
#include "harness/target/probe.h"

namespace cli {

scenario::Networks tcp_networks(const std::string& host, std::uint16_t port);

struct NotReached {
  std::string reason;        // what was seen of the target, or "interrupted"
  bool interrupted = false;  // by SIGINT or SIGTERM: nothing is known of the target
};

// Waits up to `wait` for the target to take a connection, then probes it.
std::expected<target::Probe, NotReached> reach(const scenario::Networks& networks,
                                               std::chrono::nanoseconds wait,
                                               std::chrono::nanoseconds step_timeout);

// Signs each account that is known in once, with the greatest dialect: a wrong password has to be known
// before a run tries it again and again, and locks the account. What the first is told is
// "target.session-flags".
std::expected<void, NotReached> try_accounts(const scenario::Networks& networks, scenario::TargetFacts& facts,
                                             const scenario::CaseOptions& options);

// "target.accounts" and "target.share", which no probe can find.
void tell_accounts(scenario::TargetFacts& facts, const scenario::Accounts& accounts, std::string_view share);

}  // namespace cli
