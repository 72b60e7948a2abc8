// [MS-SMB2] 3.3.5.2.1.1 Decrypting the Message
#pragma once

#include <optional>

#include "harness/wire/bytes.h"
#include "reference-server/model/global.h"

namespace reference {

// What a sealed message holds, or nothing where the connection has to go.
std::optional<wire::Bytes> unseal(Global& global, const Connection& connection, wire::View message);

}  // namespace reference
