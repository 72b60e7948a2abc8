// [MS-SMB2] 3.3.5.2: the checks that a request meets before its command is processed, in the order of their
// sections.
#pragma once

#include <optional>

#include "reference-server/model/answer.h"
#include "reference-server/model/global.h"
#include "reference-server/model/request.h"

namespace reference {

// A check lets a request pass by saying nothing.
using Verdict = std::optional<Answer>;

// All of them. Leaves in the request the Session and TreeConnect found.
Verdict verify(Global& global, Connection& connection, Request& request);

// 3.3.5.2.9, for commands whose own sections say when.
Verdict verify_session(Global& global, Connection& connection, Request& request);

// 3.3.5.2.10, of a request that leads to an Open.
Verdict verify_channel_sequence(Global& global, const Connection& connection, const Request& request);

// 3.3.5.2.5: whether CreditCharge covers a payload or response of `size` bytes.
bool covers(const Settings& settings, const Connection& connection, const smb2::Header& header,
            std::uint64_t size);

// The size beyond which a request of a command that carries no payload disconnects, and any request before
// multi-credit is agreed on; bytes.
inline constexpr std::size_t single_credit_request = 68 * 1024;

// Whether a sealed message starts with a request of a session that it is not sealed for.
bool begins_for_another_session(const Quirks& quirks, const Request& request);

// Below 3.x, and with multichannel off, 3.3.5.5 refuses it.
bool asks_for_binding(const Request& request);

}  // namespace reference
