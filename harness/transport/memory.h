// A network without sockets: a server that is a value, and a clock that jumps to the next deadline whenever
// there is nothing to receive, so that waiting for silence costs nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "harness/transport/stream.h"

namespace transport {

// A server without I/O, as the memory network needs it. It learns the time from advance() alone.
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
  // The client ended it; not told of a connection that the peer closed itself.
  virtual Effects closed(std::uint64_t connection) = 0;
  // Does everything that is due at `now`: next_deadline() is later afterwards.
  virtual Effects advance(Time now) = 0;
  virtual std::optional<Time> next_deadline() const = 0;
};

// Nothing here waits for an executor: every operation is over when it is awaited. The streams may outlive
// the network.
std::unique_ptr<Network> memory_network(std::unique_ptr<Peer> peer);

}  // namespace transport
