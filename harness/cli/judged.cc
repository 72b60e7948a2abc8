#include "harness/cli/judged.h"

#include <fmt/format.h>

#include "harness/cli/controlled_target.h"
#include "harness/cli/probing.h"
#include "harness/cli/settings.h"

namespace cli {
namespace {

// "[domain;]name:password".
std::expected<security::Credentials, std::string> account_of(const std::string& text) {
  const std::size_t colon = text.find(':');
  target::UserName user = target::parse_user(text.substr(0, colon));
  if (colon == std::string::npos || user.name.empty())
    return std::unexpected(
        fmt::format("--second-user takes [DOMAIN;]NAME:PASSWORD, not \"{}\"", text.substr(0, colon)));
  return security::Credentials{
      .user = std::move(user.name), .domain = std::move(user.domain), .password = text.substr(colon + 1)};
}

}  // namespace

std::expected<JudgedTarget, std::string> judged_target(const RunArguments& arguments) {
  JudgedTarget target;
  if (!arguments.target.target.empty()) {
    const auto address = resolve(arguments.target);
    if (!address) return std::unexpected(address.error());
    target.name = address->text();
    target.port = address->port;
    target.loopback = address->is_loopback();
    target.networks = tcp_networks(address->host, address->port);
    target.accounts.first = {.user = address->user, .domain = address->domain, .password = address->password};
    target.share = address->share;
    if (!arguments.second_user.empty()) {
      if (address->user.empty())
        return std::unexpected("--second-user wants a first one, in the URL of the target");
      const auto second = account_of(arguments.second_user);
      if (!second) return std::unexpected(second.error());
      if (second->user == address->user && second->domain == address->domain)
        return std::unexpected(fmt::format("--second-user has to be another than {}", address->user));
      target.accounts.second = *second;
    }
    return target;
  }
  target.accounts = embedded_accounts();
  target.share = embedded_share;
  auto settings = parse_settings(arguments.settings, full_settings());
  if (!settings) return std::unexpected(settings.error());
  const reference::Server server = make_server(*settings, arguments.seed);
  // What a case asks for departs from the full settings, whatever the other cases meet.
  const auto control = controlled_servers(full_settings(), arguments.seed, arguments.memory);
  if (arguments.memory) {
    target.name = "the embedded reference server, in memory";
    target.networks = {.make =
                           [server](const boost::asio::any_io_executor&) {
                             return transport::memory_network(memory_peer(server));
                           },
                       .shared = false};
    target.networks.control = control;
    return target;
  }
  auto started = EmbeddedServer::start(server, 0);
  if (!started) return std::unexpected(started.error());
  target.name = fmt::format("the embedded reference server on smb://127.0.0.1:{}", started->port());
  target.port = started->port();
  target.networks = tcp_networks("127.0.0.1", started->port());
  target.networks.control = control;
  target.embedded = std::move(*started);
  return target;
}

}  // namespace cli
