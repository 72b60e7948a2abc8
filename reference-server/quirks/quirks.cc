#include "reference-server/quirks/quirks.h"

#include <algorithm>
#include <vector>

#include "reference-server/quirks/tables.h"

namespace reference {
namespace {

std::vector<QuirkEntry> all() {
  std::vector<QuirkEntry> result;
  for (const auto family :
       {connection_quirks(), session_quirks(), protection_quirks(), samba_quirks(), illumos_quirks()})
    result.insert(result.end(), family.begin(), family.end());
  return result;
}

// Whether `seen` has the word `id`, up to what is no digit: "WB-21" is not in "WB-218: …".
bool has_word(std::string_view seen, std::string_view id) {
  for (std::size_t at = seen.find(id); at != std::string_view::npos; at = seen.find(id, at + 1)) {
    const std::size_t end = at + id.size();
    if (end == seen.size() || seen[end] < '0' || seen[end] > '9') return true;
  }
  return false;
}

}  // namespace

std::span<const QuirkEntry> quirks() {
  static const std::vector<QuirkEntry> table = all();
  return table;
}

bool breaks(const QuirkEntry& quirk, std::string_view row) {
  if (row == quirk.requirement) return true;
  for (std::string_view rest = quirk.also; !rest.empty();) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, end);
    if (word.ends_with('-') ? row.starts_with(word) : row == word) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

std::optional<Quirk> quirk_of(std::string_view name) {
  const bool wild = name.starts_with("WB-");
  const auto at = std::ranges::find_if(quirks(), [&](const QuirkEntry& entry) {
    return entry.name == name || (wild && has_word(entry.seen, name));
  });
  if (at == quirks().end()) return std::nullopt;
  return at->quirk;
}

}  // namespace reference
