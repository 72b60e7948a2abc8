// The reference server's clock.
#pragma once

#include <chrono>

namespace reference {

using Time = std::chrono::nanoseconds;  // since the server was made

}  // namespace reference
