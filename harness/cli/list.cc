#include <fmt/format.h>

#include <string>

#include "harness/audit/auditor.h"
#include "harness/cli/arguments.h"
#include "harness/cli/cases.h"
#include "harness/cli/selection.h"

namespace cli {
namespace {

using scenario::Case;

void show_case(const Case& instance, const scenario::Requirements& requirements) {
  const scenario::Scenario& s = *instance.scenario;
  fmt::print("{}\n  {}\n", instance.id, s.title);
  if (!s.why.empty()) fmt::print("  why: {}\n", s.why);
  fmt::print("  level {}   cases/{}:{}\n", scenario::name(s.level), instance.source.file,
             instance.source.line);
  for (const std::string& id : s.requirements) {
    const scenario::Requirement* row = requirements.find(id);
    fmt::print("  {} {} {}\n    {}: {}\n", id, row->citation(), row->strength, row->condition, row->result);
  }
  if (!s.dialects.elements().empty())
    fmt::print("  only where the target implements {}\n", s.dialects.text());
  if (s.needs) fmt::print("  only where {}\n", s.needs.source());
  for (const auto& [name, value] : instance.values) fmt::print("  ${} = {}\n", name, value.text());
  fmt::print("  again: smbspec run '{}'\n", instance.id);
}

void show_rule(const audit::Rule& rule, const scenario::Requirements& requirements) {
  fmt::print("audit/{}\n  {}\n", rule.id, rule.title);
  std::vector<std::string_view> ids = {rule.requirement};
  ids.insert(ids.end(), rule.also.begin(), rule.also.end());
  for (const std::string_view id : ids) {
    const scenario::Requirement* row = requirements.find(id);
    if (row != nullptr)
      fmt::print("  {} {} {}\n    {}: {}\n", id, row->citation(), row->strength, row->condition, row->result);
  }
  fmt::print("  judges the traffic of every other case\n");
}

// Loads and selects, then hands both to `use`; what is wrong is told.
template <class Use>
int with_selection(const CaseArguments& arguments, Use use) {
  const auto library = load_cases(arguments.folder, arguments.strength);
  if (!library) return complain(usage, library.error());
  const auto selection = select(*library, arguments);
  if (!selection) return complain(usage, selection.error());
  use(*library, *selection);
  return as_expected;
}

}  // namespace

int list(const CaseArguments& arguments) {
  return with_selection(arguments, [](const scenario::Library&, const Selection& selection) {
    std::string text;
    for (const Case* instance : selection.cases) text += instance->id + "\n";
    for (const std::size_t rule : selection.audit_rules)
      text += fmt::format("audit/{}\n", audit::rules()[rule].id);
    fmt::print("{}", text);
  });
}

int show(const CaseArguments& arguments) {
  return with_selection(arguments, [](const scenario::Library& library, const Selection& selection) {
    for (const Case* instance : selection.cases) show_case(*instance, library.requirements);
    for (const std::size_t rule : selection.audit_rules)
      show_rule(audit::rules()[rule], library.requirements);
  });
}

}  // namespace cli
