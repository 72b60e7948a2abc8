#include "harness/cli/selection.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/audit/auditor.h"
#include "harness/scenario/grammar.h"
#include "harness/target/baseline.h"

namespace cli {

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
    std::vector<std::string_view> ids;
    for (const auto& instance : library.cases) ids.push_back(instance.id);
    return std::unexpected(fmt::format("no case matches \"{}\"{}; smbspec list shows them all", patterns[i],
                                       scenario::suggestion(patterns[i], ids)));
  }
  if (selection.cases.empty() && selection.audit_rules.empty())
    return std::unexpected("every case is excluded");
  if (selection.cases.empty())
    return std::unexpected("audit rules judge the traffic of other cases: select some of those too");
  return selection;
}

}  // namespace cli
