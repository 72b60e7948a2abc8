// The messages of a recording as people read them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/transport/recording.h"

namespace report {

// How much is told of a recording.
struct Extent {
  std::size_t events;
  std::size_t message_lines;  // of one message
  std::size_t lines;          // of everything
  std::size_t dumped;         // bytes of what decodes to nothing
  std::size_t value;          // columns of one field, its name included
};
inline constexpr Extent one_screen{.events = 8, .message_lines = 22, .lines = 48, .dumped = 256, .value = 76};
inline constexpr Extent at_length{
    .events = 1000, .message_lines = 4000, .lines = 20'000, .dumped = 16 << 10, .value = 2000};

// Every frame that went over the wire, decoded, its fields flowing in lines of at most `width` columns where
// a field does not take more; what decodes to nothing as a hex dump. `field` of event `marked` stands on a
// line of its own behind a `>`. Of long messages and long recordings the middle is left out, never what is
// marked.
std::string exchange_text(const transport::Recording& recording, std::optional<std::size_t> marked,
                          std::string_view field, std::size_t width, const Extent& extent = one_screen);

}  // namespace report
