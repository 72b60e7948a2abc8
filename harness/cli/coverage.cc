#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "harness/audit/auditor.h"
#include "harness/cli/arguments.h"
#include "harness/cli/cases.h"
#include "harness/cli/citations.h"
#include "harness/cli/proof.h"
#include "harness/cli/quirk_proof.h"

namespace cli {
namespace {

constexpr NamedTexts requirement_tables{"requirements/", ".tsv", "table of requirements"};

struct Count {
  std::size_t rows = 0;
  std::size_t cited = 0;
  std::size_t explained = 0;  // not cited, and uncited.tsv says why
  std::size_t proven = 0;
  std::size_t musts = 0;  // MUST and MUST NOT
  std::size_t proven_musts = 0;
};

using Rows = std::set<std::string, std::less<>>;

double percent(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

// Of rows that are testable in one way.
class Table {
 public:
  Table(std::string_view testable, const Citations& citations, const Rows& proven)
      : testable_(testable), citations_(&citations), proven_(&proven) {}

  // `shown`: the beginning of the rows that are to be listed where they are not cited, or not proven.
  void add(const scenario::Requirement& row, std::string_view shown) {
    if (row.testable != testable_) return;
    const bool cited = citations_->cited.contains(row.id);
    const auto reason = citations_->reasons.find(row.id);
    const bool explained = reason != citations_->reasons.end();
    const bool proven = proven_->contains(row.id);
    for (Count* count : {&by_family_[row.id.substr(0, row.id.find('-'))], &all_}) {
      ++count->rows;
      if (cited) ++count->cited;
      if (explained) ++count->explained;
      if (proven) ++count->proven;
      if (row.strength.starts_with("MUST")) {
        ++count->musts;
        if (proven) ++count->proven_musts;
      }
    }
    if ((cited && proven) || shown.empty() || !row.id.starts_with(shown)) return;
    fmt::print("{}  {}  {}  {}: {}\n", cited ? "not proven" : "not cited ", row.id, row.citation(),
               row.condition, row.result);
    if (explained) fmt::print("           {}\n", reason->second);
  }

  void print(std::string_view title) const {
    fmt::print("{}, by family\n", title);
    for (const auto& [family, count] : by_family_) {
      fmt::print(
          "  {}  {:>4} rows  {:>4} cited {:>3.0f} %  {:>4} proven {:>3.0f} %, of {:>3} MUST {:>3.0f} %{}\n",
          family, count.rows, count.cited, percent(count.cited, count.rows), count.proven,
          percent(count.proven, count.rows), count.musts, percent(count.proven_musts, count.musts),
          count.explained == 0 ? "" : fmt::format("  {} not cited for a reason", count.explained));
    }
  }

  void print_all() const {
    fmt::print("cited {:.0f} %  proven {:.0f} %, of the MUST {:.0f} %\n", percent(all_.cited, all_.rows),
               percent(all_.proven, all_.rows), percent(all_.proven_musts, all_.musts));
  }

 private:
  std::string testable_;
  const Citations* citations_;
  const Rows* proven_;
  std::map<std::string, Count> by_family_;
  Count all_;
};

// By changed fields and by quirks.
Rows proven_rows(const scenario::Library& library) {
  Selection all;
  for (const scenario::Case& instance : library.cases) all.cases.push_back(&instance);
  for (std::size_t i = 0; i < audit::rules().size(); ++i) all.audit_rules.push_back(i);
  Rows proven = prove(library, all.cases, {}, Depth::glance).requirements;
  std::vector<reference::QuirkEntry> needed;  // for what no changed field has shown
  std::ranges::copy_if(
      reference::quirks(), std::back_inserter(needed),
      [&](const reference::QuirkEntry& quirk) { return !proven.contains(std::string(quirk.requirement)); });
  for (const QuirkVerdict& verdict : prove(library, all, needed, Depth::glance))
    proven.insert(verdict.requirements.begin(), verdict.requirements.end());
  return proven;
}

}  // namespace

// Some rows cannot be seen at all. A row is cited when a case names it, and proven when a reply that breaks
// it turned a citing case red.
int coverage(const CaseArguments& arguments) {
  const auto library = load_cases(arguments.folder);
  if (!library) return complain(usage, library.error());
  const auto cited =
      citations(*library, text_of(requirement_tables, "uncited", arguments.folder).value_or(""));
  if (!cited) return complain(usage, cited.error());
  const Rows proven = proven_rows(*library);
  Table black_box("blackbox", *cited, proven);
  Table settings("needs-config", *cited, proven);
  for (const scenario::Requirement& row : library->requirements.rows()) {
    for (Table* table : {&black_box, &settings})
      table->add(row, arguments.select.empty() ? "" : arguments.select.front());
  }
  settings.print("rows that need a setting of the server");
  settings.print_all();
  black_box.print("rows that a black box can show");
  black_box.print_all();
  return as_expected;
}

}  // namespace cli
