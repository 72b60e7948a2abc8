#include <fmt/format.h>

#include <map>
#include <set>
#include <vector>

#include "harness/audit/auditor.h"
#include "harness/cli/arguments.h"
#include "harness/cli/cases.h"
#include "harness/cli/proof.h"

namespace cli {
namespace {

struct Count {
  std::size_t rows = 0;
  std::size_t cited = 0;
  std::size_t proven = 0;
};

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

double percent(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

// Of the rows that a black box can show; the others need a setting of the target or cannot be seen at all.
// A row is cited when a case names it, and proven when a reply that breaks it turned a citing case red.
int coverage(const CaseArguments& arguments) {
  const auto library = load_cases(arguments.folder);
  if (!library) return complain(usage, library.error());
  const auto cited = cited_rows(*library);
  std::vector<const scenario::Case*> cases;
  for (const scenario::Case& instance : library->cases) cases.push_back(&instance);
  const Proof proof = prove(*library, cases, {}, Depth::glance);
  std::map<std::string, Count> by_family;
  Count all;
  for (const scenario::Requirement& row : library->requirements.rows()) {
    if (row.testable != "blackbox") continue;
    const bool is_cited = cited.contains(row.id);
    Count& family = by_family[row.id.substr(0, row.id.find('-'))];
    for (Count* count : {&family, &all}) {
      ++count->rows;
      if (is_cited) ++count->cited;
      if (proof.requirements.contains(row.id)) ++count->proven;
    }
    if (!is_cited && !arguments.select.empty() && row.id.starts_with(arguments.select.front())) {
      fmt::print("not cited  {}  {}  {}: {}\n", row.id, row.citation(), row.condition, row.result);
    }
  }
  fmt::print("rows that a black box can show, by family\n");
  for (const auto& [family, count] : by_family) {
    fmt::print("  {}  {:>4} rows  {:>4} cited {:>3.0f} %  {:>4} proven {:>3.0f} %\n", family, count.rows,
               count.cited, percent(count.cited, count.rows), count.proven,
               percent(count.proven, count.rows));
  }
  fmt::print("cited {:.0f} %  proven {:.0f} %\n", percent(all.cited, all.rows),
             percent(all.proven, all.rows));
  return as_expected;
}

}  // namespace cli
