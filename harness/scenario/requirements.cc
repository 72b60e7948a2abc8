#include "harness/scenario/requirements.h"

#include <fmt/format.h>

namespace scenario {
namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

constexpr std::size_t columns =
    9;  // id section command dialects condition required_result strength testable note

}  // namespace

std::string Requirement::citation() const {
  return section.starts_with("MS-") || section.starts_with("[") ? section : "[MS-SMB2] " + section;
}

std::expected<Requirements, std::string> Requirements::parse(std::string_view text) {
  Requirements requirements;
  std::size_t line = 0;
  for (const std::string_view row : split(text, '\n')) {
    if (++line == 1 || row.empty()) continue;
    const auto cells = split(row, '\t');
    if (cells.size() != columns) {
      return std::unexpected(
          fmt::format("requirements.tsv:{}: {} columns instead of {}", line, cells.size(), columns));
    }
    const auto cell = [&](std::size_t i) { return std::string(cells[i]); };
    if (!requirements.index_.emplace(cell(0), requirements.rows_.size()).second) {
      return std::unexpected(fmt::format("requirements.tsv:{}: {} stands twice", line, cells[0]));
    }
    requirements.rows_.push_back({cell(0), cell(1), cell(4), cell(5), cell(6), cell(7)});
  }
  return requirements;
}

const Requirement* Requirements::find(std::string_view id) const {
  const auto found = index_.find(std::string(id));
  return found == index_.end() ? nullptr : &rows_[found->second];
}

}  // namespace scenario
