// The tables of sessions: looking them up, making them, and what their end brings with it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "reference-server/model/global.h"

namespace reference {

// In GlobalSessionTable; nullptr when there is none. Expired once its time has passed (3.3.6.3).
Session* find_session(Global& global, std::uint64_t session_id);
// In Connection.SessionTable.
Session* find_session(Global& global, const Connection& connection, std::uint64_t session_id);

const Channel* find_channel(const Session& session, const Connection& connection);

// 3.3.5.5.1, in both tables.
Session& make_session(Global& global, Connection& connection);

// From all tables, with its channels, Opens, tree connects and authentications under way.
void remove_session(Global& global, std::uint64_t session_id);

// 3.3.5.5.2, of an expired session.
void reset_session(Global& global, Session& session);

// With its Opens.
void disconnect_tree(Global& global, Session& session, std::uint32_t tree_id);

// 3.3.7.1
void remove_connection(Global& global, std::uint64_t number);

// Whether a session keeps the connection from ending by 3.3.6.3.
bool has_session(const Global& global, const Connection& connection);

// A share's key in ShareList.
std::string share_key(std::string_view name);
Share* find_share(Global& global, std::string_view name);

}  // namespace reference
