// [MS-SMB2] 3.3.5.2.1.1 Decrypting the Message
#pragma once

#include <optional>

#include "harness/wire/bytes.h"
#include "reference-server/model/global.h"

namespace reference {

struct Unsealed {
  wire::Bytes message;
  std::uint64_t session_id;  // of the TRANSFORM_HEADER
};

// What a sealed message holds, or nothing where the connection has to go.
std::optional<Unsealed> unseal(Global& global, const Connection& connection, wire::View message);

}  // namespace reference
