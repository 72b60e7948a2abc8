#include "harness/cli/profile.h"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "harness/cli/cases.h"

namespace cli {
namespace {

constexpr std::string_view blanks = " \t\r";

std::vector<ProfileOption> parse(const std::string& text, const std::string& file) {
  std::vector<ProfileOption> options;
  std::istringstream lines(text);
  std::string line;
  for (unsigned number = 1; std::getline(lines, line); ++number) {
    const std::size_t start = line.find_first_not_of(blanks);
    if (start == std::string::npos || line[start] == '#') continue;
    line = line.substr(start, line.find_last_not_of(blanks) + 1 - start);
    const std::size_t end = std::min(line.find_first_of(blanks), line.size());
    const std::size_t value = std::min(line.find_first_not_of(blanks, end), line.size());
    options.push_back({line.substr(0, end), line.substr(value), fmt::format("{}:{}", file, number)});
  }
  return options;
}

}  // namespace

std::expected<std::vector<ProfileOption>, std::string> load_profile(
    const std::string& name, const std::optional<std::filesystem::path>& cases) {
  if (name.find_first_of("/.") == std::string::npos) {
    const auto text = text_of({.folder = "profiles/", .suffix = ".profile", .what = "profile"}, name, cases);
    if (!text) return std::unexpected(text.error());
    return parse(*text, fmt::format("profiles/{}.profile", name));
  }
  std::ifstream file(name);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf()))
    return std::unexpected(fmt::format("the profile {} cannot be read", name));
  return parse(text.str(), name);
}

}  // namespace cli
