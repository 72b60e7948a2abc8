#include "harness/cli/expectations.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "harness/cli/cases.h"

namespace cli {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view aliases_file = "aliases.tsv";

}  // namespace

std::expected<target::Aliases, std::string> aliases_of(const std::optional<fs::path>& folder) {
  if (!folder) return target::parse_aliases(embedded_text(aliases_file), aliases_file);
  const fs::path path = *folder / aliases_file;
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return target::parse_aliases(text, path.string());
}

std::expected<target::Baseline, std::string> known_baseline(std::span<const std::string> names,
                                                            const std::optional<fs::path>& folder,
                                                            const target::Aliases& aliases) {
  target::Baseline all;
  for (const std::string& name : names) {
    const auto text = text_of(known_departures, name, folder);
    if (!text) return std::unexpected(text.error());
    const auto file = folder.value_or("") / fmt::format("known/{}.baseline", name);
    const auto baseline = target::parse_baseline(*text, file.string(), aliases);
    if (!baseline) return std::unexpected(baseline.error());
    all.insert(all.end(), baseline->begin(), baseline->end());
  }
  return all;
}

std::expected<target::Baseline, std::string> expectations(const fs::path& baseline,
                                                          std::span<const std::string> known,
                                                          const std::optional<fs::path>& folder) {
  const auto aliases = aliases_of(folder);
  if (!aliases) return std::unexpected(aliases.error());
  target::Baseline all;
  if (!baseline.empty()) {
    auto own = target::load_baseline(baseline, *aliases);
    if (!own) return own;
    all = *std::move(own);
  }
  const auto further = known_baseline(known, folder, *aliases);
  if (!further) return further;
  all.insert(all.end(), further->begin(), further->end());
  return all;
}

}  // namespace cli
