// [MS-SMB2] 3.3.5.2 Receiving Any Message: how a message comes apart into requests, and how their answers
// become messages (3.3.4.1).
#pragma once

#include <cstddef>
#include <vector>

#include "harness/wire/bytes.h"
#include "reference-server/model/global.h"

namespace reference {

struct Received {
  std::vector<wire::Bytes> responses = {};  // messages, framed
  bool disconnect = false;                  // after them
};

// `message` is one frame's, without framing.
Received receive_message(Global& global, Connection& connection, wire::View message);

// A final response to a request that waited, framed.
wire::Bytes complete(Global& global, Connection& connection, Completion completion);

// 2.2.44: what tells a client that an administrator closes its session, framed.
wire::Bytes notify_closed(Global& global, Connection& connection, const Session& session);

// 3.3.5.2: the size in bytes beyond which a message disconnects, whatever it holds.
std::size_t largest_message(const Settings& settings, const Connection& connection);

}  // namespace reference
