// The reference server's core, without I/O: bytes and time in, effects out. The whole state is a value, so a
// copy is a snapshot. Clock and randomness come from outside.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <variant>
#include <vector>

#include "harness/wire/bytes.h"
#include "reference-server/model/connection.h"
#include "reference-server/model/random.h"
#include "reference-server/model/settings.h"

namespace reference {

using Time = std::chrono::nanoseconds;  // since the server was made

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

  std::uint64_t connected();
  // Bytes of the stream as they come, frames in any pieces.
  Effects receive(std::uint64_t connection, wire::View bytes);
  Effects closed(std::uint64_t connection);
  Effects advance(Time now);
  std::optional<Time> next_deadline() const;

  const Settings& settings() const { return settings_; }

 private:
  Settings settings_;
  Random random_;
  std::uint64_t wall_clock_;
  Time now_{};
  smb2::Guid server_guid_{};  // 3.3.1.5 ServerGuid
  std::uint64_t next_connection_ = 1;
  std::map<std::uint64_t, Connection> connections_;  // 3.3.1.5 ConnectionList
};

}  // namespace reference
