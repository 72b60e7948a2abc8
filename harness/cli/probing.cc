#include "harness/cli/probing.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <ranges>

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

constexpr std::string_view refuses_trees = "refuses-trees";
constexpr std::string_view requires_signing = "requires-signing";

// Signs in, connects a tree, and logs off without a signature: refused where a session has to be signed.
scenario::Scenario control(const scenario::Term& dialect, std::string_view user, bool needs_ntlm = false) {
  using scenario::Expectation;
  using scenario::Guard;
  scenario::Scenario scenario{
      .message = "control", .id = "sign-in", .requirements = {"SES-042"}, .needs_ntlm = needs_ntlm};
  const auto response = [](std::string status, std::string_view latitude) {
    return Expectation{.kind = Expectation::Kind::response,
                       .latitude = std::string(latitude),
                       .status = {.raw = std::move(status)}};
  };
  const auto granted_or = [&](std::string_view latitude) {
    return scenario::Step{.action =
                              scenario::Expect{.alternatives = {response("STATUS_SUCCESS", ""),
                                                                response("STATUS_ACCESS_DENIED", latitude)}}};
  };
  scenario.steps.push_back(
      {.action = scenario::Connect{.as = "c", .dialect = scenario::Text{.raw = dialect.text()}}});
  scenario.steps.push_back(
      {.action = scenario::SignInSteps{.who = {.as = "s", .on = "c", .user = std::string(user)}}});
  scenario.steps.push_back(
      {.action = scenario::Request{.command = smb2::Command::tree_connect, .session = "s"}});
  scenario.steps.push_back(granted_or(refuses_trees));
  scenario.steps.push_back(
      {.action = scenario::Request{
           .command = smb2::Command::logoff, .session = "s", .sign = {.by = Guard::By::nobody}}});
  scenario.steps.push_back(granted_or(requires_signing));
  return scenario;
}

// The one case of a control.
Awaitable<scenario::CaseRun> try_sign_in(transport::Network& network, const scenario::TargetFacts& facts,
                                         const scenario::CaseOptions& options,
                                         const scenario::Scenario& scenario) {
  const scenario::Requirements none;
  const scenario::Case instance{.id = "control/sign-in", .scenario = &scenario};
  scenario::CaseRun run = co_await scenario::run_case(instance, none, network, facts, options);
  co_return run;
}

// The session that a control got, if any: what else is odd about one is for cases to say.
const client::Session* session_of(const scenario::CaseRun& run) {
  const auto made = std::ranges::find(run.sessions, true, &client::Session::established);
  return made == run.sessions.end() ? nullptr : &*made;
}

bool took(const scenario::CaseRun& run, std::string_view latitude) {
  return std::ranges::find(run.result.latitudes, latitude) != run.result.latitudes.end();
}

void note(target::Probe& probe, const std::string& name, scenario::List dialects) {
  scenario::Term term{std::move(dialects)};
  probe.findings.emplace_back(name, term.text().empty() ? "none" : term.text());
  probe.facts["target." + name] = std::move(term);
}

// Owns the network, as above.
Awaitable<std::expected<target::Probe, std::string>> sign_in_on(std::unique_ptr<transport::Network> network,
                                                                target::Probe probe,
                                                                scenario::CaseOptions options) {
  std::expected<target::Probe, std::string> result =
      co_await sign_in(*network, std::move(probe), std::move(options));
  co_return result;
}

Awaitable<std::expected<std::monostate, std::string>> bring_up(target::Supervisor& supervisor) {
  const std::expected<void, std::string> started = co_await supervisor.start();
  if (!started) co_return std::unexpected("the target cannot be started: " + started.error());
  co_return std::monostate();
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

std::expected<std::monostate, NotReached> start(target::Supervisor& supervisor) {
  return to_its_end<std::monostate>(
      [&](const boost::asio::any_io_executor&) { return bring_up(supervisor); });
}

std::expected<target::Probe, NotReached> reach(const scenario::Networks& networks,
                                               std::chrono::nanoseconds wait,
                                               std::chrono::nanoseconds step_timeout) {
  return to_its_end<target::Probe>([&](boost::asio::any_io_executor executor) {
    return look(networks.make(std::move(executor)), wait, step_timeout);
  });
}

Awaitable<std::expected<target::Probe, std::string>> sign_in(transport::Network& network, target::Probe probe,
                                                             scenario::CaseOptions options) {
  const scenario::List dialects = probe.facts["target.dialects"].elements();
  for (const Account& account :
       {Account{"first", options.accounts.first}, Account{"second", options.accounts.second}}) {
    if (account.credentials.anonymous() || dialects.empty()) continue;
    const scenario::Scenario scenario = control(dialects.back(), account.user);
    const scenario::CaseRun run = co_await try_sign_in(network, probe.facts, options, scenario);
    if (session_of(run) == nullptr) {
      co_return std::unexpected(fmt::format("{} cannot sign in: {}{}", account.credentials.user,
                                            run.result.message, remedy(run, account.credentials)));
    }
  }
  if (options.accounts.first.anonymous()) co_return probe;
  if (options.kerberos && !dialects.empty()) {
    const scenario::Scenario scenario = control(dialects.back(), "first", true);
    const scenario::CaseRun run = co_await try_sign_in(network, probe.facts, options, scenario);
    if (session_of(run) == nullptr) {
      probe.facts["target.refuses-ntlm"] = scenario::Term{std::string("yes")};
      probe.findings.emplace_back("ntlm", "refused");
    }
  }
  scenario::List sessions;
  scenario::List plain;
  scenario::List has_to_be_signed;
  for (const scenario::Term& dialect : dialects | std::views::reverse) {
    const scenario::Scenario scenario = control(dialect, "first");
    const scenario::CaseRun run = co_await try_sign_in(network, probe.facts, options, scenario);
    const client::Session* session = session_of(run);
    if (session == nullptr || (took(run, refuses_trees) && !sessions.empty())) continue;
    sessions.insert(sessions.begin(), dialect);
    if (!session->encrypt_data) plain.insert(plain.begin(), dialect);
    if (took(run, requires_signing)) has_to_be_signed.insert(has_to_be_signed.begin(), dialect);
  }
  note(probe, "sessions", std::move(sessions));
  note(probe, "plain-sessions", std::move(plain));
  note(probe, "signed-sessions", std::move(has_to_be_signed));
  co_return probe;
}

std::expected<target::Probe, NotReached> try_accounts(const scenario::Networks& networks,
                                                      const target::Probe& probe,
                                                      const scenario::CaseOptions& options) {
  // A KDC is asked before anything has a deadline.
  for (const security::Credentials& account : {options.accounts.first, options.accounts.second}) {
    if (!account.kerberos) continue;
    if (const auto ticket = account.kerberos->ticket(security::TicketKind::valid); !ticket)
      return std::unexpected(
          NotReached{fmt::format("no Kerberos ticket for {}: {}", account.user, ticket.error())});
  }
  return to_its_end<target::Probe>([&](boost::asio::any_io_executor executor) {
    return sign_in_on(networks.make(std::move(executor)), probe, options);
  });
}

void tell_accounts(scenario::TargetFacts& facts, const scenario::Accounts& accounts, std::string_view share) {
  const std::uint64_t count = accounts.first.anonymous() ? 0 : accounts.second.anonymous() ? 1 : 2;
  facts["target.accounts"] = scenario::Term{count};
  if (accounts.first.kerberos) facts["target.kerberos"] = scenario::Term{std::string("yes")};
  facts["target.share"] = scenario::Term{std::string(share)};
}

}  // namespace cli
