// Few rows in which all combinations of some values occur: t-way covering arrays.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace scenario {

// One value of each factor, by index; nothing for one that is still open.
using Choice = std::vector<std::optional<std::size_t>>;

// Every combination of values of `strength` factors that can be in a whole row occurs in one, the rows in
// ascending order and always the same. `sizes`: values of each factor, at least one. `allowed` judges rows
// that may still be open in part, and allows nothing that it has refused in part.
std::vector<Choice> covering_rows(std::span<const std::size_t> sizes, std::size_t strength,
                                  const std::function<bool(const Choice&)>& allowed);

}  // namespace scenario
