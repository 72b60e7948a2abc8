#include "harness/cli/selection.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/audit/auditor.h"
#include "harness/scenario/grammar.h"
#include "harness/target/baseline.h"

namespace cli {
namespace {

// What a pattern may have been meant to be: an id when it names a row, else what stands before the rows.
std::vector<std::string_view> names_like(std::string_view pattern, const scenario::Library& library) {
  const bool names_a_row = pattern.contains('[');
  std::vector<std::string_view> names;
  for (const scenario::Case& instance : library.cases) {
    const std::string_view id = instance.id;
    const std::string_view name = names_a_row ? id : id.substr(0, id.find('['));
    if (names.empty() || names.back() != name) names.push_back(name);
  }
  return names;
}

}  // namespace

bool selects(std::string_view pattern, std::string_view id) {
  if (pattern.find('*') != std::string_view::npos) return target::matches(pattern, id);
  if (!id.starts_with(pattern)) return false;
  return id.size() == pattern.size() || pattern.ends_with('/') || id[pattern.size()] == '/' ||
         id[pattern.size()] == '[';
}

std::expected<Selection, std::string> select(const scenario::Library& library,
                                             std::span<const std::string> patterns,
                                             std::span<const std::string> excluded) {
  std::vector<bool> used(patterns.size());
  const auto wanted = [&](std::string_view id) {
    bool any = patterns.empty();
    for (std::size_t i = 0; i < patterns.size(); ++i) {
      if (!selects(patterns[i], id)) continue;
      used[i] = true;
      any = true;
    }
    return any &&
           std::ranges::none_of(excluded, [&](const std::string& pattern) { return selects(pattern, id); });
  };
  Selection selection;
  for (const scenario::Case& instance : library.cases) {
    if (wanted(instance.id)) selection.cases.push_back(&instance);
  }
  const auto rules = audit::rules();
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (wanted(fmt::format("audit/{}", rules[i].id))) selection.audit_rules.push_back(i);
  }
  selection.whole_suite =
      selection.cases.size() == library.cases.size() && selection.audit_rules.size() == rules.size();
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    if (used[i]) continue;
    if (patterns[i].contains("://"))  // not repeated: it may hold a password
      return std::unexpected("a target is given with --target, as in --target smb://127.0.0.1:4450");
    const auto names = names_like(patterns[i], library);
    return std::unexpected(fmt::format("no case matches \"{}\"{}; smbspec list shows them all", patterns[i],
                                       scenario::suggestion(patterns[i], names)));
  }
  if (selection.cases.empty() && selection.audit_rules.empty())
    return std::unexpected("every case is excluded");
  if (selection.cases.empty())
    return std::unexpected("audit rules judge the traffic of other cases: select some of those too");
  return selection;
}

}  // namespace cli
