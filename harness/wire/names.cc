#include "harness/wire/names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace wire {
namespace {

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row[b.size()];
}

}  // namespace

std::optional<std::uint64_t> value_of(Names names, std::string_view text) {
  if (text.empty()) return std::nullopt;
  for (const Name& name : names) {
    if (name.text == text || name.alias == text) return name.value;
  }
  for (const Name& name : names) {
    if (name.text.size() > text.size() && name.text.ends_with(text) &&
        name.text[name.text.size() - text.size() - 1] == '_') {
      return name.value;
    }
  }
  return std::nullopt;
}

std::string_view name_of(Names names, std::uint64_t value) {
  const auto found = std::ranges::find(names, value, &Name::value);
  return found == names.end() ? std::string_view{} : found->text;
}

std::string spell(Names names, bool flags, std::uint64_t value, unsigned width) {
  if (!flags) {
    const std::string_view name = name_of(names, value);
    if (name.empty()) return fmt::format("0x{:0{}x}", value, width * 2);
    return fmt::format("{} (0x{:0{}x})", name, value, width * 2);
  }
  if (value == 0) return "0";
  std::string text;
  for (const Name& name : names) {
    if (name.value == 0 || (value & name.value) != name.value) continue;
    text += (text.empty() ? "" : "|") + std::string(name.text);
    value &= ~name.value;
  }
  if (value != 0) text += fmt::format("{}0x{:x}", text.empty() ? "" : "|", value);
  return text;
}

std::string_view nearest(std::string_view text, std::span<const std::string_view> candidates) {
  std::string_view best;
  std::size_t least = text.size() / 2 + 2;
  for (const std::string_view candidate : candidates) {
    const std::size_t d = distance(text, candidate);
    if (d < least) {
      least = d;
      best = candidate;
    }
  }
  return best;
}

std::string suggestion(std::string_view word, std::span<const std::string_view> known) {
  std::string text;
  const std::string_view near = nearest(word, known);
  if (!near.empty()) text = fmt::format("; did you mean \"{}\"?", near);
  if (known.size() <= 16 && !known.empty()) text += fmt::format(" ({})", fmt::join(known, ", "));
  return text;
}

}  // namespace wire
