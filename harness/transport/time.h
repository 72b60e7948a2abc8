// Time on a network's own clock, and as people write it.
#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <string_view>

namespace transport {

// Since the network was made; in memory the clock is virtual.
using Time = std::chrono::nanoseconds;

// "30s", "200ms", "2m".
std::expected<Time, std::string> parse_duration(std::string_view text);

}  // namespace transport
