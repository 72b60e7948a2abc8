#include "harness/cli/citations.h"

#include <fmt/format.h>

#include <sstream>

#include "harness/audit/auditor.h"

namespace cli {
namespace {

std::set<std::string, std::less<>> cited_rows(const scenario::Library& library) {
  std::set<std::string, std::less<>> cited;
  for (const auto& scenario : library.scenarios)
    cited.insert(scenario->requirements.begin(), scenario->requirements.end());
  for (const audit::Rule& rule : audit::rules()) {
    cited.emplace(rule.requirement);
    for (const std::string_view id : rule.also) cited.emplace(id);
  }
  return cited;
}

}  // namespace

std::expected<Citations, std::string> citations(const scenario::Library& library, std::string_view uncited) {
  Citations all{.cited = cited_rows(library), .reasons = {}};
  std::string errors;
  std::istringstream lines{std::string(uncited)};
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    if (++number == 1 || line.empty()) continue;
    const std::size_t tab = line.find('\t');
    const std::string row = line.substr(0, tab);
    const std::string why = tab == std::string::npos ? "" : line.substr(tab + 1);
    const auto wrong = [&](std::string_view what) {
      errors += fmt::format("{}requirements/uncited.tsv:{}: {}", errors.empty() ? "" : "\n", number, what);
    };
    if (why.empty() || why.find('\t') != std::string::npos) {
      wrong("a row of requirements.tsv, a tab, and why no case cites it");
    } else if (library.requirements.find(row) == nullptr) {
      wrong(fmt::format("requirements.tsv has no row {}", row));
    } else if (all.cited.contains(row)) {
      wrong(fmt::format("{} is cited; take the line out", row));
    } else if (!all.reasons.emplace(row, why).second) {
      wrong(fmt::format("{} stands twice", row));
    }
  }
  if (!errors.empty()) return std::unexpected(errors);
  return all;
}

}  // namespace cli
