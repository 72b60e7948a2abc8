// The reference server's core, without I/O: bytes and time in, effects out. The whole state is a value, so a
// copy is a snapshot. Clock and randomness come from outside.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "harness/wire/bytes.h"
#include "reference-server/model/global.h"
#include "reference-server/model/settings.h"
#include "reference-server/model/time.h"

namespace reference {

struct Send {
  std::uint64_t connection;
  wire::Bytes bytes;  // framed
};
struct Close {
  std::uint64_t connection;
};
using Effects = std::vector<std::variant<Send, Close>>;

class Server {
 public:
  // `wall_clock` is the FILETIME at Time 0.
  Server(Settings settings, std::uint64_t seed, std::uint64_t wall_clock);

  // 3.3.5.1: the new connection's number, never used before.
  std::uint64_t connected();
  // Bytes of the stream as they come, frames in any pieces. Bytes for a connection that is gone have no
  // effect.
  Effects receive(std::uint64_t connection, wire::View bytes);
  // The peer has gone. A connection the server asked to Close is gone already.
  Effects closed(std::uint64_t connection);
  // `now` must not be earlier than before.
  Effects advance(Time now);
  std::optional<Time> next_deadline() const;

  const Settings& settings() const { return global_.settings; }

  // From now on; see reply_bend.h.
  void bend_reply(ReplyBend bend) { global_.reply_bend = std::move(bend); }

 private:
  Global global_;
  std::uint64_t next_connection_ = 1;
};

}  // namespace reference
