// The keys that an authentication gives a session or a channel. [MS-SMB2] 3.3.5.5.3, 3.1.4.2
#pragma once

#include "harness/crypto/preauth.h"
#include "reference-server/model/connection.h"
#include "reference-server/model/session.h"
#include "reference-server/quirks/quirks.h"

namespace reference {

void derive_keys(const Quirks& quirks, const Connection& connection, Session& session, wire::View full_key);

// The signing key of a channel that joins: from its own authentication and its own hash.
wire::Bytes bound_signing_key(const Connection& connection, const crypto::PreauthIntegrity& preauth,
                              wire::View full_key);

}  // namespace reference
