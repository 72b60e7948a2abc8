// Whether a target still serves anybody.
#pragma once

#include "harness/transport/stream.h"

namespace scenario {

// Whether a fresh connection gets an answer to a plain NEGOTIATE before `deadline`.
transport::Awaitable<bool> answers(transport::Network& network, transport::Time deadline);

}  // namespace scenario
