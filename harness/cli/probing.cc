#include "harness/cli/probing.h"

#include <fmt/format.h>

#include <algorithm>
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

struct Account {
  const char* user;  // as tables name it
  const security::Credentials& credentials;
};

// What a user can do about an account that is not let in.
std::string remedy(const scenario::CaseRun& run, const security::Credentials& credentials) {
  if (run.locked_out) return "; it was tried once and is not tried again";
  if (credentials.password.empty())
    return "; no password was given: it may stand in the URL, in $SMBSPEC_PASSWORD or in a --password-file";
  return "";
}

Awaitable<std::expected<client::Session, std::string>> sign_in(std::unique_ptr<transport::Network> network,
                                                               Account account,
                                                               const scenario::TargetFacts& facts,
                                                               const scenario::CaseOptions& options) {
  scenario::Scenario scenario{.message = "control", .id = "sign-in", .requirements = {"SES-042"}};
  scenario::Connect connect{.as = "c"};
  const auto dialects = facts.find("target.dialects");
  if (dialects != facts.end())
    connect.dialect = scenario::Text{.raw = dialects->second.elements().back().text()};
  scenario.steps.push_back({.action = connect});
  scenario.steps.push_back(
      {.action = scenario::SignInSteps{.who = {.as = "s", .on = "c", .user = account.user}}});
  const scenario::Case control{.id = "control/sign-in", .scenario = &scenario};
  const scenario::Requirements none;
  const scenario::CaseRun run = co_await scenario::run_case(control, none, *network, facts, options);
  // What else is odd about a sign-in that succeeds is for cases to say.
  const auto made = std::ranges::find(run.sessions, true, &client::Session::established);
  if (made != run.sessions.end()) co_return *made;
  co_return std::unexpected(fmt::format("{} cannot sign in: {}{}", account.credentials.user,
                                        run.result.message, remedy(run, account.credentials)));
}

smb2::SessionFlags flags_of(const client::Session& session) {
  using Flags = smb2::SessionFlags;
  return (session.guest ? Flags::is_guest : Flags{}) | (session.anonymous ? Flags::is_null : Flags{}) |
         (session.encrypt_data ? Flags::encrypt_data : Flags{});
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

std::expected<void, NotReached> try_accounts(const scenario::Networks& networks, scenario::TargetFacts& facts,
                                             const scenario::CaseOptions& options) {
  for (const Account& account :
       {Account{"first", options.accounts.first}, Account{"second", options.accounts.second}}) {
    if (account.credentials.anonymous()) continue;
    const auto session = to_its_end<client::Session>([&](boost::asio::any_io_executor executor) {
      return sign_in(networks.make(std::move(executor)), account, facts, options);
    });
    if (!session) return std::unexpected(session.error());
    facts.try_emplace("target.session-flags", scenario::Term{static_cast<std::uint64_t>(flags_of(*session))});
  }
  return {};
}

void tell_accounts(scenario::TargetFacts& facts, const scenario::Accounts& accounts, std::string_view share) {
  const std::uint64_t count = accounts.first.anonymous() ? 0 : accounts.second.anonymous() ? 1 : 2;
  facts["target.accounts"] = scenario::Term{count};
  facts["target.share"] = scenario::Term{std::string(share)};
}

}  // namespace cli
