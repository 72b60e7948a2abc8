// Bytes as this project holds them, and as people read and write them: hexadecimal.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wire {

using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

// Lower-case digits without separators.
std::string to_hex(View bytes);

// Accepts white space between bytes. Nothing when a digit is wrong or the number of digits is odd.
std::optional<Bytes> from_hex(std::string_view text);

// "0000  fe 53 4d 42 …  |.SMB…|", sixteen bytes a line.
std::string hex_dump(View bytes);

}  // namespace wire
