// The reference server for real clients: a core behind a TCP port.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>

#include "reference-server/model/server.h"

namespace reference {

class Listener {
 public:
  // `address` is numeric; port 0 is any free one. `executor` runs one handler at a time: a single thread, or
  // a strand. A client that leaves more than `largest_backlog` bytes unread when another message is due to it
  // is dropped.
  Listener(boost::asio::any_io_executor executor, std::string address, std::uint16_t port, Server server,
           std::size_t largest_backlog = 4 << 20);
  ~Listener();  // stops

  // Binds and listens before it returns; clients are served as the executor runs. The error is for people.
  std::expected<void, std::string> start();

  // The port bound by start(), 0 before.
  std::uint16_t port() const;

  // From any other thread than the executor's: moves the server's clock on and returns when what is due then
  // has been done.
  void pass(Time by);

  // From any thread: the executor closes the port and all connections and has nothing left to do then.
  void stop();

 private:
  class Service;
  std::shared_ptr<Service> service_;
};

}  // namespace reference
