#include "reference-server/model/server.h"

#include <algorithm>
#include <utility>

#include "harness/smb2/direct_tcp.h"
#include "reference-server/model/receiving.h"
#include "reference-server/model/sessions.h"

namespace reference {
namespace {

// 3.3.6.3: when a connection that has no session is disconnected. Its timer comes around in its own time;
// here a connection whose session ended has as long again, as a client may log in once more.
std::optional<Time> deadline(const Global& global, const Connection& connection) {
  if (global.settings.quirks.has(Quirk::idle_connections_stay)) return {};
  const bool spared = !global.settings.quirks.has(Quirk::sessions_time_out);
  if (spared && has_session(global, connection)) return {};
  return connection.sessionless_since + global.settings.connection_timeout;
}

// Responses to requests that waited, on whatever connection they came.
void send_completions(Global& global, Effects& effects) {
  for (Completion& completion : std::exchange(global.completions, {})) {
    const std::uint64_t number = completion.connection;
    const auto found = global.connection_list.find(number);
    if (found == global.connection_list.end()) continue;
    effects.push_back(Send{number, complete(global, found->second, std::move(completion))});
  }
}

// When an administrator closes it.
std::optional<Time> closing_time(const Global& global, const Session& session) {
  const auto after = global.settings.session_closed_after;
  if (after.count() == 0 || session.state == Session::State::in_progress ||
      global.settings.quirks.has(Quirk::session_close_ignored)) {
    return {};
  }
  return session.creation_time + after;
}

// 4.11.1: on the session's first channel, or, without channels, on its connection.
void notify(Global& global, const Session& session, Effects& effects) {
  if (!session.supports_notifications && !global.settings.quirks.has(Quirk::notified_unasked)) return;
  const auto found = global.connection_list.find(
      session.channel_list.empty() ? session.connection : session.channel_list.front().connection);
  if (found != global.connection_list.end())
    effects.push_back(Send{found->first, notify_closed(global, found->second, session)});
}

// 3.3.4.12
void close_sessions(Global& global, Effects& effects) {
  std::vector<std::uint64_t> due;
  for (const auto& [id, session] : global.session_table) {
    const auto time = closing_time(global, session);
    if (time && *time <= global.now) due.push_back(id);
  }
  for (const std::uint64_t id : due) {
    notify(global, global.session_table.at(id), effects);
    remove_session(global, id);
  }
  send_completions(global, effects);
}

// The connections that go where one has to.
std::vector<std::uint64_t> ending_with(const Global& global, std::uint64_t number) {
  if (!global.settings.quirks.has(Quirk::falls_over)) return {number};
  std::vector<std::uint64_t> all;
  for (const auto& [each, connection] : global.connection_list) all.push_back(each);
  return all;
}

Share ipc_share() {
  return {.name = "IPC$", .type = smb2::ShareType::pipe, .connect_security = {.anonymous = true}};
}

}  // namespace

Server::Server(Settings settings, std::uint64_t seed, std::uint64_t wall_clock)
    : global_{.settings = std::move(settings), .random = Random(seed), .wall_clock = wall_clock} {
  global_.random.fill(global_.server_guid);
  // Far from the small numbers that name no session, and from -1, which never may.
  global_.next_session_id = (global_.random.number() >> 8) | std::uint64_t{1} << 48;
  global_.gss.ntlm.users = global_.settings.users;
  global_.gss.ntlm.compares_max_lengths = global_.settings.quirks.has(Quirk::ntlm_max_lengths_compared);
  global_.gss.keytab = global_.settings.keytab;
  global_.next_durable_file_id = global_.random.number() >> 16;
  for (const Share& share : global_.settings.shares) {
    global_.share_list[share_key(share.name)] = share;
    global_.volumes.try_emplace(share_key(share.name), wall_clock);
  }
  global_.share_list[share_key("IPC$")] = ipc_share();
}

std::uint64_t Server::connected() {
  const std::uint64_t number = next_connection_++;
  Connection& connection = global_.connection_list[number];
  connection.number = number;
  connection.creation_time = connection.sessionless_since = global_.now;
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
    if (zero != 0 || length > largest_message(global_.settings, connection)) {
      disconnect = true;
    } else if (rest.size() < smb2::direct_tcp_header_size + length) {
      break;
    } else {
      const Received received =
          receive_message(global_, connection, rest.subspan(smb2::direct_tcp_header_size, length));
      for (const wire::Bytes& response : received.responses) effects.push_back(Send{number, response});
      send_completions(global_, effects);
      disconnect = received.disconnect;
      at += smb2::direct_tcp_header_size + length;
    }
  }
  if (disconnect) {
    for (const std::uint64_t ended : ending_with(global_, number)) {
      remove_connection(global_, ended);
      send_completions(global_, effects);
      effects.push_back(Close{ended});
    }
  } else {
    stream.erase(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(at));
  }
  return effects;
}

Effects Server::closed(std::uint64_t connection) {
  Effects effects;
  remove_connection(global_, connection);
  send_completions(global_, effects);
  return effects;
}

Effects Server::advance(Time now) {
  global_.now = std::max(global_.now, now);
  Effects effects;
  close_sessions(global_, effects);
  std::vector<std::uint64_t> ending;
  for (const auto& [number, connection] : global_.connection_list) {
    const auto due = deadline(global_, connection);
    if (due && *due <= global_.now) ending.push_back(number);
  }
  for (const std::uint64_t number : ending) {
    remove_connection(global_, number);
    effects.push_back(Close{number});
  }
  send_completions(global_, effects);
  return effects;
}

std::optional<Time> Server::next_deadline() const {
  std::optional<Time> next;
  for (const auto& [number, connection] : global_.connection_list) {
    const auto due = deadline(global_, connection);
    if (due) next = std::min(next.value_or(*due), *due);
  }
  for (const auto& [id, session] : global_.session_table) {
    const auto due = closing_time(global_, session);
    if (due) next = std::min(next.value_or(*due), *due);
  }
  return next;
}

}  // namespace reference
