// Plain rounds of a blocking socket that nobody judges: the ceilings beside which runs over TCP are timed.
#pragma once

#include <cstdint>

#include "harness/security/ntlm_client.h"
#include "harness/wire/bytes.h"

namespace bench {

// Connects, sends `request`, a framed NEGOTIATE, and takes the answer. False when there was none.
bool negotiate_round(std::uint16_t port, const wire::Bytes& request);

// Connects, negotiates, signs in, logs off; false when one of them was refused.
bool session_round(std::uint16_t port, const security::Credentials& who);

}  // namespace bench
