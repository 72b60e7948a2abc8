#include "harness/cli/controlled_target.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>

#include "harness/cli/embedded_server.h"
#include "harness/cli/probing.h"
#include "harness/cli/settings.h"
#include "harness/scenario/defaults.h"

namespace cli {
namespace {

// In virtual time: no wait costs anything.
constexpr auto patience = std::chrono::seconds(2);

// A server behind a port of its own, for as long as its one client looks at it.
class OwnServer : public transport::Network {
 public:
  OwnServer(EmbeddedServer server, boost::asio::any_io_executor executor)
      : server_(std::move(server)),
        network_(tcp_networks("127.0.0.1", server_.port()).make(std::move(executor))) {}

  transport::Awaitable<transport::Result<std::unique_ptr<transport::Stream>>> connect(
      transport::Time deadline) override {
    return network_->connect(deadline);
  }
  transport::Time now() const override { return network_->now(); }
  bool pass(transport::Time by) override {
    server_.pass(by);
    return true;
  }

 private:
  EmbeddedServer server_;
  std::unique_ptr<transport::Network> network_;
};

std::unique_ptr<transport::Network> in_memory(const reference::Settings& settings, std::uint64_t seed) {
  return transport::memory_network(memory_peer(make_server(settings, seed)));
}

class ControlledServers {
 public:
  ControlledServers(reference::Settings base, std::uint64_t seed, bool in_memory)
      : kinds_(std::move(base), seed), seed_(seed), in_memory_(in_memory) {}

  // What is returned points into this, and stays as long as this does.
  std::expected<scenario::ControlledTarget, std::string> start(boost::asio::any_io_executor executor,
                                                               const scenario::Case& instance);

 private:
  ServerKinds kinds_;
  std::uint64_t seed_;
  bool in_memory_;
};

std::expected<scenario::ControlledTarget, std::string> ControlledServers::start(
    boost::asio::any_io_executor executor, const scenario::Case& instance) {
  const auto kind = kinds_.find(instance.settings);
  if (!kind) return std::unexpected(kind.error());
  // Of each case its own, so that no SessionId comes twice in a capture.
  const std::uint64_t seed = scenario::case_seed(seed_, instance.id);
  if (in_memory_) return scenario::ControlledTarget{in_memory((*kind)->settings, seed), &(*kind)->facts};
  auto server = EmbeddedServer::start(make_server((*kind)->settings, seed), 0);
  if (!server) return std::unexpected(server.error());
  return scenario::ControlledTarget{std::make_unique<OwnServer>(*std::move(server), std::move(executor)),
                                    &(*kind)->facts};
}

class Ports {
 public:
  Ports(std::vector<target::Port> ports, std::string share, scenario::CaseOptions options)
      : ports_(std::move(ports)), share_(std::move(share)), options_(std::move(options)) {}

  // What is returned points into this, and stays as long as this does.
  std::expected<scenario::ControlledTarget, std::string> find(boost::asio::any_io_executor executor,
                                                              const scenario::Case& instance) {
    if (instance.scenario->moves_clock) return std::unexpected("needs a server whose clock can be moved");
    std::vector<std::string> settings = instance.settings;
    std::ranges::sort(settings);
    const auto port = std::ranges::find(ports_, settings, &target::Port::settings);
    if (port == ports_.end())
      return std::unexpected(fmt::format("needs a server with {}", fmt::join(instance.settings, " ")));
    const auto facts = facts_of(*port);
    if (!facts) return std::unexpected(fmt::format("{}: {}", port->address.text(), facts.error()));
    const auto networks = tcp_networks(port->address.host, port->address.port);
    return scenario::ControlledTarget{networks.make(std::move(executor)), *facts, true};
  }

 private:
  std::expected<const scenario::TargetFacts*, std::string> facts_of(const target::Port& port) {
    const auto known = facts_.find(port.settings);
    if (known != facts_.end()) return &known->second;
    const auto networks = tcp_networks(port.address.host, port.address.port);
    auto probe = reach(networks, {}, options_.step_timeout);
    if (!probe) return std::unexpected(probe.error().reason);
    tell_accounts(probe->facts, options_.accounts, share_);
    probe->facts["target.port"] = scenario::Term{std::uint64_t{port.address.port}};
    probe->facts["target.controlled"] = scenario::Term{std::string("yes")};
    probe = try_accounts(networks, *probe, options_);
    if (!probe) return std::unexpected(probe.error().reason);
    return &facts_.emplace(port.settings, std::move(probe->facts)).first->second;
  }

  std::vector<target::Port> ports_;
  std::string share_;
  scenario::CaseOptions options_;
  std::map<std::vector<std::string>, scenario::TargetFacts>
      facts_;  // by settings, of ports looked at already
};

}  // namespace

std::expected<const ServerKinds::Kind*, std::string> ServerKinds::find(
    const std::vector<std::string>& settings) {
  const auto known = kinds_.find(settings);
  if (known != kinds_.end()) return &known->second;
  auto parsed = parse_settings(settings, base_);
  if (!parsed) return std::unexpected(parsed.error());
  const scenario::Networks networks{
      .make = [&](const boost::asio::any_io_executor&) { return in_memory(*parsed, seed_); },
      .shared = false};
  auto probe = reach(networks, patience, patience);
  if (!probe) return std::unexpected(probe.error().reason);
  Kind kind{*std::move(parsed), std::move(probe->facts)};
  tell_accounts(kind.facts, embedded_accounts(), embedded_share);
  kind.facts["target.controlled"] = scenario::Term{std::string("yes")};
  return &kinds_.emplace(settings, std::move(kind)).first->second;
}

scenario::Networks::Control ports_with_settings(std::vector<target::Port> ports, std::string share,
                                                scenario::CaseOptions options) {
  const auto known = std::make_shared<Ports>(std::move(ports), std::move(share), std::move(options));
  return [known](boost::asio::any_io_executor executor, const scenario::Case& instance) {
    return known->find(std::move(executor), instance);
  };
}

scenario::Networks::Control controlled_servers(const reference::Settings& settings, std::uint64_t seed,
                                               bool in_memory) {
  if (!settings.personality.empty()) return {};  // it is as people meet it
  reference::Settings base = full_settings();
  base.quirks = settings.quirks;
  const auto servers = std::make_shared<ControlledServers>(std::move(base), seed, in_memory);
  return [servers](boost::asio::any_io_executor executor, const scenario::Case& instance) {
    return servers->start(std::move(executor), instance);
  };
}

scenario::Networks memory_networks(const reference::Settings& settings, std::uint64_t seed) {
  return {.make =
              [server = make_server(settings, seed)](const boost::asio::any_io_executor&) {
                return transport::memory_network(memory_peer(server));
              },
          .control = controlled_servers(settings, seed, true),
          .shared = false};
}

}  // namespace cli
