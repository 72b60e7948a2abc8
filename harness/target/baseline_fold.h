// Fewer lines for rows of one scenario that all fail alike.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace target {

// Patterns that together match exactly `ids` among `all`, the ids of the scenario that those belong to. None
// but ids themselves match more than `most` of them. A wildcard that `is_free` refuses is not used.
std::vector<std::string> folded(std::span<const std::string_view> ids, std::span<const std::string_view> all,
                                std::size_t most, const std::function<bool(std::string_view)>& is_free);

// What of an id comes before its row: "negotiate/preauth-twice".
std::string_view scenario_of(std::string_view id);

}  // namespace target
