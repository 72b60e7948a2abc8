#include "harness/transport/time.h"

#include <fmt/format.h>

#include <charconv>

namespace transport {

std::expected<Time, std::string> parse_duration(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const double seconds = unit == "ms" ? 1e-3 : unit == "s" ? 1 : unit == "m" ? 60 : unit == "h" ? 3600 : 0;
  // Not a number is neither of both.
  if (error != std::errc() || seconds == 0 || !(number >= 0 && number * seconds <= 1e6)) {
    return std::unexpected(fmt::format("\"{}\" is no time such as 200ms, 2s or 5m", text));
  }
  return Time(static_cast<std::int64_t>(number * seconds * 1e9));
}

}  // namespace transport
