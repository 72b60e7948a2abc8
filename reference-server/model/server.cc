#include "reference-server/model/server.h"

#include <algorithm>

#include "harness/smb2/direct_tcp.h"
#include "reference-server/model/receiving.h"

namespace reference {
namespace {

// 3.3.6.3: when a connection that has no session is disconnected.
Time deadline(const Settings& settings, const Connection& connection) {
  return connection.creation_time + settings.connection_timeout;
}

}  // namespace

Server::Server(Settings settings, std::uint64_t seed, std::uint64_t wall_clock)
    : global_{.settings = std::move(settings),
              .random = Random(seed),
              .wall_clock = wall_clock,
              .connection_list = {}} {
  global_.random.fill(global_.server_guid);
}

std::uint64_t Server::connected() {
  const std::uint64_t number = next_connection_++;
  global_.connection_list[number].creation_time = global_.now;
  return number;
}

Effects Server::receive(std::uint64_t number, wire::View bytes) {
  const auto found = global_.connection_list.find(number);
  if (found == global_.connection_list.end()) return {};
  Connection& connection = found->second;
  wire::Bytes& stream = connection.unfinished_frame;
  stream.insert(stream.end(), bytes.begin(), bytes.end());

  Effects effects;
  std::size_t at = 0;
  bool disconnect = false;
  while (!disconnect && stream.size() - at >= smb2::direct_tcp_header_size) {
    const wire::View rest = wire::View(stream).subspan(at);
    const auto [zero, length] = smb2::frame_header(rest.first<smb2::direct_tcp_header_size>());
    if (zero != 0 || length > largest_message(connection)) {
      disconnect = true;
    } else if (rest.size() < smb2::direct_tcp_header_size + length) {
      break;
    } else {
      const Received received =
          receive_message(global_, connection, rest.subspan(smb2::direct_tcp_header_size, length));
      if (!received.response.empty()) effects.push_back(Send{number, smb2::frame(received.response)});
      disconnect = received.disconnect;
      at += smb2::direct_tcp_header_size + length;
    }
  }
  if (disconnect) {
    global_.connection_list.erase(found);
    effects.push_back(Close{number});
  } else {
    stream.erase(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(at));
  }
  return effects;
}

Effects Server::closed(std::uint64_t connection) {
  global_.connection_list.erase(connection);
  return {};
}

Effects Server::advance(Time now) {
  global_.now = std::max(global_.now, now);
  Effects effects;
  std::erase_if(global_.connection_list, [&](const auto& entry) {
    const bool expired = deadline(global_.settings, entry.second) <= global_.now;
    if (expired) effects.push_back(Close{entry.first});
    return expired;
  });
  return effects;
}

std::optional<Time> Server::next_deadline() const {
  std::optional<Time> next;
  for (const auto& [number, connection] : global_.connection_list) {
    const Time at = deadline(global_.settings, connection);
    next = std::min(next.value_or(at), at);
  }
  return next;
}

}  // namespace reference
