#include "harness/cli/probing.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>

#include "harness/transport/tcp.h"

namespace cli {
namespace {

using transport::Awaitable;

constexpr auto between_attempts = std::chrono::milliseconds(100);

// Nothing once a connection has been made.
Awaitable<std::string> wait_until_reachable(transport::Network& network, std::chrono::nanoseconds wait,
                                            std::chrono::nanoseconds step_timeout) {
  const transport::Time end = network.now() + wait;
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
  while (true) {
    transport::Result<std::unique_ptr<transport::Stream>> stream =
        co_await network.connect(network.now() + step_timeout);
    if (stream) {
      (*stream)->close();
      co_return std::string();
    }
    if (network.now() >= end) co_return stream.error().text;
    timer.expires_after(between_attempts);
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
}

// Owns the network: what waits on it when the context is torn down goes before it.
Awaitable<std::expected<target::Probe, std::string>> look(std::unique_ptr<transport::Network> network,
                                                          std::chrono::nanoseconds wait,
                                                          std::chrono::nanoseconds step_timeout) {
  const std::string unreachable = co_await wait_until_reachable(*network, wait, step_timeout);
  if (!unreachable.empty()) co_return std::unexpected("the target cannot be reached: " + unreachable);
  std::expected<target::Probe, std::string> probe = co_await target::probe(*network, step_timeout);
  if (!probe)
    co_return std::unexpected("the target takes connections but cannot be judged: " + probe.error());
  co_return probe;
}

Awaitable<std::expected<scenario::Outcome, std::string>> sign_in(std::unique_ptr<transport::Network> network,
                                                                 const scenario::TargetFacts& facts,
                                                                 const scenario::CaseOptions& options) {
  scenario::Scenario scenario{.message = "control", .id = "sign-in", .requirements = {"SES-042"}};
  scenario::Connect connect{.as = "c"};
  const auto dialects = facts.find("target.dialects");
  if (dialects != facts.end())
    connect.dialect = scenario::Text{.raw = dialects->second.elements().back().text()};
  scenario.steps.push_back({.action = connect});
  scenario.steps.push_back({.action = scenario::SignInSteps{.who = {.as = "s", .on = "c"}}});
  const scenario::Case control{.id = "control/sign-in", .scenario = &scenario};
  const scenario::Requirements none;
  const scenario::CaseRun run = co_await scenario::run_case(control, none, *network, facts, options);
  if (run.result.outcome == scenario::Outcome::pass) co_return run.result.outcome;
  co_return std::unexpected(
      fmt::format("{} cannot sign in: {}", options.accounts.first.user, run.result.message));
}

// Runs one piece of work until it is done or interrupted.
template <class T, class Work>
std::expected<T, NotReached> to_its_end(Work work) {
  boost::asio::io_context context(1);
  std::expected<T, NotReached> result = std::unexpected(NotReached{"interrupted", true});
  boost::asio::signal_set signals(context, SIGINT, SIGTERM);
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (!error) context.stop();
  });
  boost::asio::co_spawn(context, work(context.get_executor()),
                        [&](const std::exception_ptr& failure, std::expected<T, std::string> done) {
                          signals.cancel();
                          if (failure) {
                            result = std::unexpected(NotReached{"a fault of the tool"});
                          } else if (done) {
                            result = *std::move(done);
                          } else {
                            result = std::unexpected(NotReached{std::move(done.error())});
                          }
                        });
  context.run();
  return result;
}

}  // namespace

scenario::Networks tcp_networks(const std::string& host, std::uint16_t port) {
  return {.make =
              [host, port](boost::asio::any_io_executor executor) {
                return transport::tcp_network(std::move(executor), host, port);
              },
          .shared = true};
}

std::expected<target::Probe, NotReached> reach(const scenario::Networks& networks,
                                               std::chrono::nanoseconds wait,
                                               std::chrono::nanoseconds step_timeout) {
  return to_its_end<target::Probe>([&](boost::asio::any_io_executor executor) {
    return look(networks.make(std::move(executor)), wait, step_timeout);
  });
}

std::expected<void, NotReached> try_account(const scenario::Networks& networks,
                                            const scenario::TargetFacts& facts,
                                            const scenario::CaseOptions& options) {
  const auto outcome = to_its_end<scenario::Outcome>([&](boost::asio::any_io_executor executor) {
    return sign_in(networks.make(std::move(executor)), facts, options);
  });
  if (!outcome) return std::unexpected(outcome.error());
  return {};
}

void tell_accounts(scenario::TargetFacts& facts, const scenario::Accounts& accounts, std::string_view share) {
  const std::uint64_t count = accounts.first.anonymous() ? 0 : accounts.second.anonymous() ? 1 : 2;
  facts["target.accounts"] = scenario::Term{count};
  facts["target.share"] = scenario::Term{std::string(share)};
}

}  // namespace cli
