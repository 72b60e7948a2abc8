// [MS-SMB2] 3.3.5.2 Receiving Any Message: which checks a message meets, in which order, and how its requests
// are answered.
#pragma once

#include <cstddef>

#include "harness/wire/bytes.h"
#include "reference-server/model/global.h"

namespace reference {

struct Received {
  wire::Bytes response = {};  // without framing; the responses to a chain are compounded; empty: none
  bool disconnect = false;    // after the response
};

// `message` is one frame's, without framing.
Received receive_message(Global& global, Connection& connection, wire::View message);

// 3.3.5.2: the size in bytes beyond which a message disconnects, whatever it holds.
std::size_t largest_message(const Connection& connection);

}  // namespace reference
