// Time on a network's own clock.
#pragma once

#include <chrono>

namespace transport {

// Since the network was made; in memory the clock is virtual.
using Time = std::chrono::nanoseconds;

}  // namespace transport
