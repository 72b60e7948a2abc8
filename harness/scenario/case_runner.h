// One case against one network: steps in order, until the first that does not hold.
#pragma once

#include <functional>

#include "harness/scenario/authenticator.h"
#include "harness/scenario/requirements.h"
#include "harness/transport/stream.h"

namespace scenario {

struct CaseOptions {
  transport::Time step_timeout = std::chrono::seconds(2);
  std::uint64_t seed = 0;  // of the run
  std::uint64_t now = 0;   // FILETIME at the network's time 0
  Accounts accounts = {};
  bool kerberos = false;                    // wherever a case does not need NTLM
  std::vector<std::string> latitudes = {};  // lawful alternatives that are accepted; all when empty
  std::function<void()> waits = {};         // called when a step begins that wants silence
};

struct CaseRun {
  CaseResult result;
  std::vector<client::Session> sessions;  // that got keys, for a log of them; never part of a record
  bool unreachable = false;               // a connect step could not connect
  bool locked_out = false;                // the target takes no more sign-ins of an account
  bool lost = false;                      // the target closed or fell silent where nothing explains it
};

// What is known of a case before it has run; the outcome is no_verdict.
CaseResult describe(const Case& instance, const Requirements& requirements);

// The result keeps its recording whatever the outcome.
transport::Awaitable<CaseRun> run_case(const Case& instance, const Requirements& requirements,
                                       transport::Network& network, const TargetFacts& facts,
                                       CaseOptions options);

}  // namespace scenario
