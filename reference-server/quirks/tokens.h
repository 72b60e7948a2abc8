// What quirks make of the tokens in SESSION_SETUP.
#pragma once

#include "harness/wire/bytes.h"
#include "reference-server/quirks/quirks.h"

namespace reference {

// Whether another mechanism than NTLMSSP is the first that the client offers.
bool prefers_another_mechanism(wire::View token);

// Makes of the server's token what goes out; whether that is another.
bool depart(const Quirks& quirks, wire::Bytes& token);

}  // namespace reference
