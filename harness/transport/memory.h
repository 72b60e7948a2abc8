// A network without sockets: a server that is a value, and a clock that jumps to the next deadline whenever
// nobody has bytes to deliver, so that waiting for silence costs nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "harness/transport/stream.h"

namespace transport {

// A server without I/O, as the memory network needs it.
class Peer {
 public:
  struct Send {
    std::uint64_t connection;
    wire::Bytes bytes;
  };
  struct Close {
    std::uint64_t connection;
  };
  using Effects = std::vector<std::variant<Send, Close>>;

  virtual ~Peer() = default;
  virtual std::uint64_t connected() = 0;
  virtual Effects receive(std::uint64_t connection, wire::View bytes) = 0;
  virtual Effects closed(std::uint64_t connection) = 0;
  virtual Effects advance(Time now) = 0;
  virtual std::optional<Time> next_deadline() const = 0;
};

std::unique_ptr<Network> memory_network(std::unique_ptr<Peer> peer);

}  // namespace transport
