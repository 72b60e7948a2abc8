#include "reference-server/model/sessions.h"

#include <algorithm>

#include "harness/security/upper_case.h"
#include "reference-server/model/opens.h"

namespace reference {
namespace {

using State = Session::State;

// Those in whose SessionTable the session is.
template <class Use>
void for_each_connection(Global& global, const Session& session, Use use) {
  const auto apply = [&](std::uint64_t number) {
    const auto found = global.connection_list.find(number);
    if (found != global.connection_list.end()) use(found->second);
  };
  apply(session.connection);
  for (const Channel& channel : session.channel_list) apply(channel.connection);
}

// 3.3.7.1: a session with other channels lives on through them.
void lose_channel(Global& global, Session& session, std::uint64_t connection) {
  const bool ends = global.settings.quirks.has(Quirk::channel_loss_ends_session);
  if (ends || session.channel_list.size() <= 1) return remove_session(global, session.session_id);
  std::erase_if(session.channel_list, [&](const Channel& c) { return c.connection == connection; });
  if (session.connection == connection) session.connection = session.channel_list.front().connection;
}

// 3.3.7.1: the Client of a ClientGuid goes with its last connection.
void forget_client(Global& global, const smb2::Guid& client_guid) {
  const bool used = std::ranges::any_of(global.connection_list, [&](const auto& entry) {
    const Connection& other = entry.second;
    return other.client_guid == client_guid && other.dialect != smb2::Dialect::smb_2_0_2;
  });
  if (!used) global.client_table.erase(client_guid);
}

}  // namespace

Session* find_session(Global& global, std::uint64_t session_id) {
  const auto found = global.session_table.find(session_id);
  if (found == global.session_table.end()) return nullptr;
  Session& session = found->second;
  if (session.state == State::valid && session.expiration_time && *session.expiration_time <= global.now) {
    session.state = State::expired;
  }
  return &session;
}

Session* find_session(Global& global, const Connection& connection, std::uint64_t session_id) {
  return connection.session_table.contains(session_id) ? find_session(global, session_id) : nullptr;
}

const Channel* find_channel(const Session& session, const Connection& connection) {
  const auto found = std::ranges::find(session.channel_list, connection.number, &Channel::connection);
  return found == session.channel_list.end() ? nullptr : &*found;
}

Session& make_session(Global& global, Connection& connection) {
  auto& waiting = global.sessions_in_progress;
  // SessionIds ascend, so the first is the oldest.
  while (!waiting.empty() && waiting.size() >= global.settings.max_sessions_in_progress) {
    remove_session(global, *waiting.begin());
  }
  const std::uint64_t id = global.next_session_id++;
  Session& session = global.session_table[id];
  session.session_id = id;
  session.connection = connection.number;
  session.creation_time = session.idle_time = global.now;
  session.encrypt_data = smb2::is_3x(connection.dialect) && global.settings.encrypt_data;
  if (!global.settings.quirks.has(Quirk::session_preauth_from_zero))
    session.preauth_integrity_hash_value = connection.preauth_integrity_hash_value;
  connection.session_table.insert(id);
  waiting.insert(id);
  return session;
}

void reset_session(Global& global, Session& session) {
  session.state = State::in_progress;
  session.security_context.reset();
  for_each_connection(global, session, [&](Connection& c) { c.sessionless_since = global.now; });
}

void disconnect_tree(Global& global, Session& session, std::uint32_t tree_id) {
  const auto found = session.tree_connect_table.find(tree_id);
  if (found == session.tree_connect_table.end()) return;
  close_opens(global, session, tree_id);
  --global.share_list.at(found->second.share).current_uses;
  session.tree_connect_table.erase(found);
}

void remove_session(Global& global, std::uint64_t session_id) {
  const auto found = global.session_table.find(session_id);
  if (found == global.session_table.end()) return;
  Session& session = found->second;
  while (!session.tree_connect_table.empty()) {
    disconnect_tree(global, session, session.tree_connect_table.begin()->first);
  }
  for_each_connection(global, session, [&](Connection& connection) {
    connection.session_table.erase(session_id);
    connection.authentications.erase(session_id);
    connection.preauth_session_table.erase(session_id);
    if (session.state != State::in_progress) connection.sessionless_since = global.now;
  });
  global.sessions_in_progress.erase(session_id);
  global.session_table.erase(found);
}

void remove_connection(Global& global, std::uint64_t number) {
  const auto found = global.connection_list.find(number);
  if (found == global.connection_list.end()) return;
  const std::set<std::uint64_t> sessions = found->second.session_table;
  for (const std::uint64_t id : sessions) {
    if (Session* session = find_session(global, id)) lose_channel(global, *session, number);
  }
  const smb2::Guid client_guid = found->second.client_guid;
  global.connection_list.erase(found);
  forget_client(global, client_guid);
}

bool has_session(const Global& global, const Connection& connection) {
  return std::ranges::any_of(connection.session_table, [&](std::uint64_t id) {
    return global.session_table.at(id).state != State::in_progress;
  });
}

std::string share_key(std::string_view name) {
  return security::upper_case(wire::Utf16::from_utf8(name)).to_utf8();
}

Share* find_share(Global& global, std::string_view name) {
  const auto found = global.share_list.find(share_key(name));
  return found == global.share_list.end() ? nullptr : &found->second;
}

}  // namespace reference
