#include "harness/scenario/rule_message.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <iterator>

namespace scenario {
namespace {

constexpr std::size_t most_named = 5;
constexpr std::string_view begins = "in ";
constexpr std::string_view ends = ": ";
constexpr std::string_view between = ", ";
constexpr std::string_view and_ = " and ";

// The end of the places with what closes them; npos where there are none.
std::size_t end_of(std::string_view message) {
  const std::size_t end = message.starts_with(begins) ? message.find(ends) : std::string_view::npos;
  // Ids hold no blanks.
  const bool names_a_scenario = message.substr(0, message.find_first_of(",: ", begins.size())).contains('/');
  return end == std::string_view::npos || !names_a_scenario ? std::string_view::npos : end + ends.size();
}

}  // namespace

std::string in_words(const Places& places) {
  const std::size_t named = std::min(places.scenarios.size(), most_named);
  const std::size_t more = places.scenarios.size() - named + places.more;
  const auto end = std::next(places.scenarios.begin(), static_cast<std::ptrdiff_t>(named));
  std::string text = fmt::format("{}{}", begins, fmt::join(places.scenarios.begin(), end, between));
  if (more > 0) text += fmt::format("{}{} more", and_, more);
  return text + std::string(ends);
}

Places places_of(std::string_view message) {
  Places places;
  const std::size_t end = end_of(message);
  if (end == std::string_view::npos) return places;
  std::string_view rest = message.substr(begins.size(), end - ends.size() - begins.size());
  if (const std::size_t at = rest.find(and_); at != std::string_view::npos) {
    std::from_chars(rest.data() + at + and_.size(), rest.data() + rest.size(), places.more);
    rest = rest.substr(0, at);
  }
  while (true) {
    const std::size_t comma = rest.find(between);
    places.scenarios.emplace(rest.substr(0, comma));
    if (comma == std::string_view::npos) return places;
    rest.remove_prefix(comma + between.size());
  }
}

std::string_view behind_places(std::string_view message) {
  const std::size_t end = end_of(message);
  return end == std::string_view::npos ? message : message.substr(end);
}

}  // namespace scenario
