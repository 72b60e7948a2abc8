#include "harness/cli/controlled_target.h"

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
      : base_(std::move(base)), seed_(seed), in_memory_(in_memory) {}

  // What is returned points into this, and stays as long as this does.
  std::expected<scenario::ControlledTarget, std::string> start(boost::asio::any_io_executor executor,
                                                               const scenario::Case& instance);

 private:
  struct Kind {
    reference::Settings settings;
    scenario::TargetFacts facts;
  };
  std::expected<const Kind*, std::string> kind(std::vector<std::string> settings);

  reference::Settings base_;
  std::uint64_t seed_;
  bool in_memory_;
  std::map<std::vector<std::string>, Kind> kinds_;  // probed already
};

std::expected<scenario::ControlledTarget, std::string> ControlledServers::start(
    boost::asio::any_io_executor executor, const scenario::Case& instance) {
  const auto kind = this->kind(instance.settings);
  if (!kind) return std::unexpected(kind.error());
  // Of each case its own, so that no SessionId comes twice in a capture.
  const std::uint64_t seed = scenario::case_seed(seed_, instance.id);
  if (in_memory_) return scenario::ControlledTarget{in_memory((*kind)->settings, seed), &(*kind)->facts};
  auto server = EmbeddedServer::start(make_server((*kind)->settings, seed), 0);
  if (!server) return std::unexpected(server.error());
  return scenario::ControlledTarget{std::make_unique<OwnServer>(*std::move(server), std::move(executor)),
                                    &(*kind)->facts};
}

std::expected<const ControlledServers::Kind*, std::string> ControlledServers::kind(
    std::vector<std::string> settings) {
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
  return &kinds_.emplace(std::move(settings), std::move(kind)).first->second;
}

}  // namespace

scenario::Networks::Control controlled_servers(reference::Settings base, std::uint64_t seed, bool in_memory) {
  const auto servers = std::make_shared<ControlledServers>(std::move(base), seed, in_memory);
  return [servers](boost::asio::any_io_executor executor, const scenario::Case& instance) {
    return servers->start(std::move(executor), instance);
  };
}

}  // namespace cli
