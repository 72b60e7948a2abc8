#include "harness/cli/citations.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <set>
#include <sstream>
#include <vector>

#include "harness/audit/auditor.h"
#include "harness/cli/cases.h"

namespace cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// What is tested from connection to tree connect; the others begin with the first case that cites them.
constexpr std::array<std::string_view, 15> families = {"HDR", "ERR", "CRD", "CMP", "ASY", "ECH", "NEG", "SES",
                                                       "PRE", "KDF", "SIG", "ENC", "CPR", "LOG", "TRE"};

class Citing : public testing::Test {
 protected:
  scenario::Library library = *load_cases(std::nullopt);

  std::string error(std::string_view lines) {
    const auto all = citations(library, "row\twhy\n" + std::string(lines));
    return all ? "" : all.error();
  }
};

TEST_F(Citing, WhatIsNotCitedHasAReason) {
  const auto all = citations(library, embedded_text("requirements/uncited.tsv"));
  ASSERT_TRUE(all) << all.error();
  EXPECT_FALSE(all->reasons.empty());
  for (const scenario::Requirement& row : library.requirements.rows()) {
    if (row.testable != "blackbox" && row.testable != "needs-config") continue;
    if (std::ranges::find(families, row.id.substr(0, 3)) == families.end()) continue;
    EXPECT_TRUE(all->cited.contains(row.id) || all->reasons.contains(row.id))
        << row.id << ": " << row.condition;
  }
}

TEST_F(Citing, AReasonIsOfARowThatIsThereAndNotCited) {
  EXPECT_EQ(error("CRD-005\tit may\n"), "");
  EXPECT_THAT(error("CRD-999\tit may\nHDR-001\tit may\n"),
              AllOf(HasSubstr("uncited.tsv:2: requirements.tsv has no row CRD-999"),
                    HasSubstr("uncited.tsv:3: HDR-001 is cited")));
  EXPECT_THAT(error("CRD-005\tit may\nCRD-005\tit may\n"), HasSubstr(":3: CRD-005 stands twice"));
  EXPECT_THAT(error("CRD-005\n"), HasSubstr(":2: a row of requirements.tsv, a tab, and why"));
  EXPECT_THAT(error("CRD-005\ta\tb\n"), HasSubstr(":2: a row"));
}

TEST_F(Citing, RowsOfCasesAndOfAuditRulesAreCited) {
  const auto all = citations(library, "");
  ASSERT_TRUE(all);
  EXPECT_TRUE(all->cited.contains("NEG-037")) << "by a case";
  EXPECT_TRUE(all->cited.contains("CMP-024")) << "by a rule of the audit";
}

// cases/requirements/likes.tsv: the cases of other suites, and ours that do what they do, or why there are
// none.
TEST_F(Citing, LikesAreCasesOrRulesOrHaveAReason) {
  std::set<std::string> ours;
  for (const auto& scenario : library.scenarios) ours.insert(scenario->message + "/" + scenario->id);
  for (const audit::Rule& rule : audit::rules()) ours.insert("audit/" + std::string(rule.id));
  std::istringstream lines{std::string(embedded_text("requirements/likes.tsv"))};
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    if (count == 0) continue;
    std::vector<std::string> cells;
    std::istringstream row(line + "\t.");
    for (std::string cell; std::getline(row, cell, '\t');) cells.push_back(cell);
    ASSERT_EQ(cells.size(), 5u) << line;
    EXPECT_NE(cells[2].empty(), cells[3].empty()) << "either ours or a reason: " << line;
    std::istringstream ids(cells[2]);
    for (std::string id; ids >> id;) EXPECT_TRUE(ours.contains(id)) << id << ": " << line;
  }
  EXPECT_GT(count, 1u);
}

}  // namespace
}  // namespace cli
