// The reference server inside this process: behind a loopback port, or without sockets in memory. The only
// place where the harness and the reference server meet.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "harness/scenario/case_runner.h"
#include "harness/transport/memory.h"
#include "reference-server/model/server.h"

namespace cli {

// Everything it can negotiate switched on, so that no case of its own suite is unsupported.
reference::Settings full_settings();

// Two users and a disk share of every server that is embedded.
scenario::Accounts embedded_accounts();
inline constexpr std::string_view embedded_share = "data";

reference::Server make_server(const reference::Settings& settings, std::uint64_t seed);

// The time as FILETIME.
std::uint64_t filetime_now();

// A copy of `server` for a network in memory.
std::unique_ptr<transport::Peer> memory_peer(reference::Server server);

// Served on a thread of its own for as long as this lives.
class EmbeddedServer {
 public:
  static std::expected<EmbeddedServer, std::string> start(reference::Server server, std::uint16_t port,
                                                          const std::string& address = "127.0.0.1");
  EmbeddedServer(EmbeddedServer&&) noexcept;
  EmbeddedServer& operator=(EmbeddedServer&&) noexcept;
  ~EmbeddedServer();

  std::uint16_t port() const;
  // Moves its clock on; what is due then has been done.
  void pass(transport::Time by);

 private:
  struct Service;
  explicit EmbeddedServer(std::unique_ptr<Service> service);
  std::unique_ptr<Service> service_;
};

}  // namespace cli
