#include "harness/cli/embedded_server.h"

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <thread>

#include "reference-server/listener.h"

namespace cli {
namespace {

// Between 1601, where FILETIME starts, and 1970, in 100 ns.
constexpr std::uint64_t filetime_epoch = 116444736000000000;

class MemoryPeer : public transport::Peer {
 public:
  explicit MemoryPeer(reference::Server server) : server_(std::move(server)) {}
  std::uint64_t connected() override { return server_.connected(); }
  Effects receive(std::uint64_t connection, wire::View bytes) override {
    return effects(server_.receive(connection, bytes));
  }
  Effects closed(std::uint64_t connection) override { return effects(server_.closed(connection)); }
  Effects advance(transport::Time now) override { return effects(server_.advance(now)); }
  std::optional<transport::Time> next_deadline() const override { return server_.next_deadline(); }

 private:
  static Effects effects(reference::Effects given) {
    Effects result;
    for (auto& effect : given) {
      if (auto* send = std::get_if<reference::Send>(&effect)) {
        result.emplace_back(Send{send->connection, std::move(send->bytes)});
      } else {
        result.emplace_back(Close{std::get<reference::Close>(effect).connection});
      }
    }
    return result;
  }

  reference::Server server_;
};

}  // namespace

reference::Settings full_settings() {
  using smb2::CompressionAlgorithm;
  reference::Settings settings;
  settings.compression_algorithms = {CompressionAlgorithm::pattern_v1, CompressionAlgorithm::lz77,
                                     CompressionAlgorithm::lz77_huffman, CompressionAlgorithm::lznt1};
  settings.chained_compression = true;
  settings.rdma_transforms = {smb2::RdmaTransformId::encryption, smb2::RdmaTransformId::signing};
  settings.transport_capabilities = true;
  settings.capabilities =
      settings.capabilities | smb2::Capabilities::persistent_handles | smb2::Capabilities::notifications;
  for (const security::Credentials& account : {embedded_accounts().first, embedded_accounts().second}) {
    settings.users.push_back({.name = account.user, .password = account.password});
  }
  settings.shares.push_back({.name = std::string(embedded_share)});
  return settings;
}

scenario::Accounts embedded_accounts() {
  return {.first = {.user = "alice", .password = "Alice's password"},
          .second = {.user = "bob", .password = "Bob's password"}};
}

std::uint64_t filetime_now() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return filetime_epoch + static_cast<std::uint64_t>(
                              std::chrono::duration_cast<std::chrono::nanoseconds>(since_1970).count()) /
                              100;
}

reference::Server make_server(const reference::Settings& settings, std::uint64_t seed) {
  return reference::Server(settings, seed, filetime_now());
}

std::unique_ptr<transport::Peer> memory_peer(reference::Server server) {
  return std::make_unique<MemoryPeer>(std::move(server));
}

struct EmbeddedServer::Service {
  Service(reference::Server server, std::uint16_t port, const std::string& address)
      : listener(context.get_executor(), address, port, std::move(server)) {}
  ~Service() {
    listener.stop();
    if (thread.joinable()) thread.join();
  }

  boost::asio::io_context context{1};
  reference::Listener listener;
  std::thread thread;
};

std::expected<EmbeddedServer, std::string> EmbeddedServer::start(reference::Server server, std::uint16_t port,
                                                                 const std::string& address) {
  auto service = std::make_unique<Service>(std::move(server), port, address);
  if (auto started = service->listener.start(); !started) return std::unexpected(started.error());
  service->thread = std::thread([context = &service->context] { context->run(); });
  return EmbeddedServer(std::move(service));
}

EmbeddedServer::EmbeddedServer(std::unique_ptr<Service> service) : service_(std::move(service)) {}
EmbeddedServer::EmbeddedServer(EmbeddedServer&&) noexcept = default;
EmbeddedServer& EmbeddedServer::operator=(EmbeddedServer&&) noexcept = default;
EmbeddedServer::~EmbeddedServer() = default;

std::uint16_t EmbeddedServer::port() const { return service_->listener.port(); }

void EmbeddedServer::pass(transport::Time by) { service_->listener.pass(by); }

}  // namespace cli
