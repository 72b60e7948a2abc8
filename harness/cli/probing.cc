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
  boost::asio::io_context context(1);
  std::expected<target::Probe, NotReached> result = std::unexpected(NotReached{"interrupted", true});
  boost::asio::signal_set signals(context, SIGINT, SIGTERM);
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (!error) context.stop();
  });
  boost::asio::co_spawn(
      context, look(networks.make(context.get_executor()), wait, step_timeout),
      [&](const std::exception_ptr& failure, std::expected<target::Probe, std::string> probe) {
        signals.cancel();
        if (failure) {
          result = std::unexpected(NotReached{"the probe failed with a fault of the tool"});
        } else if (probe) {
          result = *std::move(probe);
        } else {
          result = std::unexpected(NotReached{std::move(probe.error())});
        }
      });
  context.run();
  return result;
}

void tell_accounts(scenario::TargetFacts& facts, const scenario::Accounts& accounts, std::string_view share) {
  const std::uint64_t count = accounts.first.anonymous() ? 0 : accounts.second.anonymous() ? 1 : 2;
  facts["target.accounts"] = scenario::Term{count};
  facts["target.share"] = scenario::Term{std::string(share)};
}

}  // namespace cli
