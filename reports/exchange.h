// The messages of a recording as people read them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/transport/recording.h"

namespace report {

// Every frame that went over the wire, decoded, its fields flowing in lines of at most `width` columns; what
// decodes to nothing as a hex dump. `field` of event `marked` stands on a line of its own behind a `>`. Of
// long messages and long recordings the middle is left out, never what is marked.
std::string exchange_text(const transport::Recording& recording, std::optional<std::size_t> marked,
                          std::string_view field, std::size_t width);

}  // namespace report
