#include "bench/suite.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "harness/cli/arguments.h"
#include "harness/cli/cases.h"
#include "harness/cli/embedded_server.h"
#include "harness/cli/probing.h"
#include "harness/scenario/defaults.h"
#include "harness/smb2/direct_tcp.h"

namespace bench {
namespace {

template <class T>
T or_give_up(std::expected<T, std::string> result) {
  if (!result) give_up(result.error());
  return *std::move(result);
}

class CountedNetwork : public transport::Network {
 public:
  CountedNetwork(std::unique_ptr<transport::Network> network, std::size_t& connections)
      : network_(std::move(network)), connections_(connections) {}

  transport::Awaitable<transport::Result<std::unique_ptr<transport::Stream>>> connect(
      transport::Time deadline) override {
    ++connections_;
    return network_->connect(deadline);
  }
  transport::Time now() const override { return network_->now(); }

 private:
  std::unique_ptr<transport::Network> network_;
  std::size_t& connections_;
};

scenario::Networks count_connections(const scenario::Networks& networks, std::size_t& connections) {
  return {.make =
              [&networks, &connections](boost::asio::any_io_executor executor) {
                return std::make_unique<CountedNetwork>(networks.make(std::move(executor)), connections);
              },
          .control = networks.control,
          .shared = networks.shared};
}

}  // namespace

void give_up(std::string_view why) {
  fmt::print(stderr, "{}\n", why);
  std::_Exit(1);  // servers on other threads use what a plain exit would destroy
}

wire::Bytes negotiate() {
  scenario::Entropy entropy(0);
  return smb2::frame(smb2::encode(scenario::default_request(smb2::Command::negotiate, entropy)));
}

Suite::Suite(std::vector<std::string> messages) : library_(or_give_up(cli::load_cases(std::nullopt))) {
  if (!messages.empty()) messages.emplace_back("audit");
  selection_ = or_give_up(cli::select(library_, messages, {}));
}

void Suite::run(benchmark::State& state, const Target& target) const {
  const cli::RunArguments defaults;
  auto probe = cli::reach(target.networks, defaults.target.wait, defaults.target.step_timeout);
  if (!probe) give_up(probe.error().reason);
  cli::tell_accounts(probe->facts, target.accounts, target.share);
  const scenario::RunOptions options{.jobs = defaults.jobs,
                                     .case_options = {.step_timeout = defaults.target.step_timeout,
                                                      .now = cli::filetime_now(),
                                                      .accounts = target.accounts}};
  probe = cli::try_accounts(target.networks, *probe, options.case_options);
  if (!probe) give_up(probe.error().reason);
  std::size_t connections = 0;
  std::size_t judged = 0;
  const scenario::Networks counted = count_connections(target.networks, connections);
  for (auto _ : state) {
    scenario::RunRecord record;
    record.cases = scenario::unjudged(selection_.cases, library_.requirements, selection_.audit_rules);
    scenario::run(record, selection_.cases, selection_.audit_rules, library_.requirements, counted,
                  probe->facts, options, {});
    const int code = scenario::exit_code(record);
    const bool as_wanted = code == cli::as_expected || (target.may_fail && code == cli::unexpected);
    if (!as_wanted || !record.stopped.empty()) give_up("the run did not end as expected");
    judged += static_cast<std::size_t>(std::ranges::count_if(
        record.cases, [](const scenario::CaseResult& c) { return scenario::is_judged(c.outcome); }));
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(judged));
  state.counters["connections"] =
      benchmark::Counter(static_cast<double>(connections), benchmark::Counter::kAvgIterations);
}

}  // namespace bench
