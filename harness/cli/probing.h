// Reaching a target and looking at it, for every verb that has one.
#pragma once

#include <expected>
#include <string>
#include <variant>

#include "harness/cli/arguments.h"
#include "harness/scenario/run.h"
#include "harness/target/probe.h"
#include "harness/target/supervisor.h"

namespace cli {

scenario::Networks tcp_networks(const std::string& host, std::uint16_t port);

struct NotReached {
  std::string reason;        // what was seen of the target, or "interrupted"
  bool interrupted = false;  // by SIGINT or SIGTERM: nothing is known of the target
};

// Starts the target where a target file says how, and waits until it is up.
std::expected<std::monostate, NotReached> start(target::Supervisor& supervisor);

// Waits up to `wait` for the target to take a connection, then probes it.
std::expected<target::Probe, NotReached> reach(const scenario::Networks& networks,
                                               std::chrono::nanoseconds wait,
                                               std::chrono::nanoseconds step_timeout);

// Signs each account that is known in once, with the greatest dialect: a wrong password has to be known
// before a run tries it again and again, and locks the account. Then the first with every dialect, and adds
// what its sessions are like: "target.sessions", the dialects that give one, with trees where the greatest
// has them; "target.plain-sessions", those where it need not be sealed; "target.signed-sessions", those where
// it has to be signed. Adds nothing where no account is known.
transport::Awaitable<std::expected<target::Probe, std::string>> sign_in(transport::Network& network,
                                                                        target::Probe probe,
                                                                        scenario::CaseOptions options);
std::expected<target::Probe, NotReached> try_accounts(const scenario::Networks& networks,
                                                      const target::Probe& probe,
                                                      const scenario::CaseOptions& options);

// "target.accounts" and "target.share", which no probe can find.
void tell_accounts(scenario::TargetFacts& facts, const scenario::Accounts& accounts, std::string_view share);

}  // namespace cli
