#include "harness/target/message_prefixes.h"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <utility>

#include "harness/scenario/rule_message.h"

namespace target {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }
bool is_control(char c) { return std::iscntrl(static_cast<unsigned char>(c)) != 0; }

// What the suite wanted stands behind these, and may be reworded.
constexpr std::string_view wanted[] = {" instead of ", ", not ", ", which "};

// With each word that has a digit in it made the same: "Status is #, not #".
std::string without_numbers(std::string_view message) {
  std::string text;
  for (std::size_t i = 0; i < message.size();) {
    std::size_t end = i;
    while (end < message.size() && is_word(message[end])) ++end;
    const std::string_view word = message.substr(i, end - i);
    const bool is_number = std::ranges::any_of(word, [](char c) { return c >= '0' && c <= '9'; });
    text += is_number ? "#" : word;
    if (end < message.size()) text += message[end++];
    i = end;
  }
  return text;
}

// Cut back from inside a word to before it, and to before what leads up to it.
std::string_view whole_words(std::string_view beginning, std::string_view message) {
  std::size_t end = beginning.size();
  if (end < message.size() && is_word(message[end])) {
    while (end > 0 && is_word(message[end - 1])) --end;
  }
  while (end > 0 && (message[end - 1] == ' ' || message[end - 1] == '(')) --end;
  return message.substr(0, end);
}

std::string_view common_beginning(std::string_view a, std::string_view b) {
  const std::size_t same = static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
  return same == a.size() && same == b.size() ? a : whole_words(a.substr(0, same), same < a.size() ? a : b);
}

// What a line of a file is to know a message by. It holds no control characters.
std::string_view gist(std::string_view message) {
  message = message.substr(
      0, static_cast<std::size_t>(std::ranges::find_if(message, is_control) - message.begin()));
  if (const auto places = scenario::places_of(message); !places.scenarios.empty())
    return places.more > 0 ? "" : message.substr(0, message.size() - scenario::behind_places(message).size());
  for (const std::string_view words : wanted) message = message.substr(0, message.find(words));
  return message;
}

}  // namespace

std::vector<std::string> message_prefixes(std::span<const std::string> messages) {
  std::vector<std::pair<std::string, std::string_view>> kinds;  // without numbers; the beginning
  for (const std::string& message : messages) {
    const std::string_view whole = gist(message);
    const std::string kind = without_numbers(whole);
    const auto known = std::ranges::find(kinds, kind, &std::pair<std::string, std::string_view>::first);
    if (known == kinds.end()) {
      kinds.emplace_back(kind, whole);
    } else {
      known->second = common_beginning(known->second, whole);
    }
  }
  std::vector<std::string> prefixes;
  for (const auto& [kind, prefix] : kinds) {
    if (prefix.empty()) return {};
    if (std::ranges::find(prefixes, prefix) == prefixes.end()) prefixes.emplace_back(prefix);
  }
  return prefixes;
}

}  // namespace target
