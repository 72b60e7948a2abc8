// Cases a second in memory, on one core; the ceiling are rounds of connecting and a NEGOTIATE that nobody
// looks at.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>

#include "bench/suite.h"
#include "harness/cli/controlled_target.h"
#include "harness/cli/embedded_server.h"

namespace bench {
namespace {

using transport::Awaitable;

// A server of its own for every case, and for every round.
scenario::Networks networks() {
  return {.make =
              [server = cli::make_server(cli::full_settings(), 0)](const boost::asio::any_io_executor&) {
                return transport::memory_network(cli::memory_peer(server));
              },
          .control = cli::controlled_servers(cli::full_settings(), 0, true),
          .shared = false};
}

void negotiate_cases(benchmark::State& state) { Suite({"negotiate"}).run(state, {.networks = networks()}); }

void all_cases(benchmark::State& state) {
  Suite().run(state,
              {.networks = networks(), .accounts = cli::embedded_accounts(), .share = cli::embedded_share});
}

Awaitable<bool> round(transport::Network& network, wire::View request) {
  const transport::Time deadline = std::chrono::seconds(2);
  transport::Result<std::unique_ptr<transport::Stream>> stream = co_await network.connect(deadline);
  if (!stream) co_return false;
  const transport::Result<void> sent = co_await (*stream)->send(request, deadline);
  const transport::Result<wire::Bytes> answer = co_await (*stream)->receive(deadline);
  co_return sent.has_value() && answer.has_value();
}

void rounds(benchmark::State& state) {
  const wire::Bytes request = negotiate();
  const scenario::Networks servers = networks();
  boost::asio::io_context context(1);
  for (auto _ : state) {
    const auto network = servers.make(context.get_executor());
    bool answered = false;
    boost::asio::co_spawn(
        context, round(*network, request),
        [&answered](const std::exception_ptr& failure, bool result) { answered = !failure && result; });
    context.restart();
    context.run();
    if (!answered) give_up("a NEGOTIATE was not answered");
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["connections"] = 1;
}

BENCHMARK(negotiate_cases);
BENCHMARK(all_cases);
BENCHMARK(rounds);

}  // namespace
}  // namespace bench

BENCHMARK_MAIN();
