#include "harness/cli/selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <span>

#include "harness/audit/auditor.h"
#include "harness/scenario/grammar.h"
#include "harness/scenario/run.h"
#include "harness/target/baseline.h"
#include "reports/journal.h"
#include "reports/terminal.h"

namespace cli {
namespace {

using scenario::Case;
using scenario::Level;

// What a condition asks of a case or an audit rule.
struct Candidate {
  std::string id;
  Level level;
  std::vector<std::string_view> sections;
  std::span<const std::string> tags;
};

std::vector<Candidate> candidates(const scenario::Library& library) {
  std::vector<Candidate> all;
  all.reserve(library.cases.size() + audit::rules().size());
  const auto section = [&](std::string_view requirement) {
    const scenario::Requirement* row = library.requirements.find(requirement);
    return row == nullptr ? std::string_view() : row->section;
  };
  for (const Case& c : library.cases) {
    Candidate candidate{.id = c.id, .level = c.scenario->level, .sections = {}, .tags = c.scenario->tags};
    std::ranges::transform(c.scenario->requirements, std::back_inserter(candidate.sections), section);
    all.push_back(std::move(candidate));
  }
  for (const audit::Rule& rule : audit::rules()) {
    Candidate candidate{.id = fmt::format("audit/{}", rule.id),
                        .level = scenario::level_of_rule(rule),
                        .sections = {section(rule.requirement)},
                        .tags = {}};
    std::ranges::transform(rule.also, std::back_inserter(candidate.sections), section);
    all.push_back(std::move(candidate));
  }
  return all;
}

// What a pattern may have been meant to be: an id when it names a row, else what stands before the rows.
std::vector<std::string_view> names_like(std::string_view pattern, std::span<const Candidate> all) {
  const bool names_a_row = pattern.contains('[');
  std::vector<std::string_view> names;
  for (const Candidate& candidate : all) {
    const std::string_view id = candidate.id;
    const std::string_view name = names_a_row ? id : id.substr(0, id.find('['));
    if (names.empty() || names.back() != name) names.push_back(name);
  }
  return names;
}

bool is_in(std::string_view section, std::string_view whole) {
  return section.starts_with(whole) && (section.size() == whole.size() || section[whole.size()] == '.');
}

// Words of one kind, any of which will do; each has to hold for something.
class Condition {
 public:
  explicit Condition(std::span<const std::string> words) : words_(words), used_(words.size()) {}

  template <class Holds>
  bool met(Holds holds) {
    bool any = words_.empty();
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (!holds(words_[i])) continue;
      used_[i] = true;
      any = true;
    }
    return any;
  }

  // The first word that held for nothing.
  const std::string* unused() const {
    const auto at = std::ranges::find(used_, false);
    return at == used_.end() ? nullptr : &words_[static_cast<std::size_t>(at - used_.begin())];
  }

 private:
  std::span<const std::string> words_;
  std::vector<bool> used_;
};

std::string no_such_case(std::string_view pattern, std::span<const Candidate> all) {
  if (pattern.contains("://"))  // not repeated: it may hold a password
    return "a target is given with --target, as in --target smb://127.0.0.1:4450";
  return fmt::format("no case matches \"{}\"{}; smbspec list shows them all", pattern,
                     scenario::suggestion(pattern, names_like(pattern, all)));
}

std::string no_such_tag(std::string_view tag, std::span<const Candidate> all) {
  std::set<std::string_view> tags;
  for (const Candidate& candidate : all) tags.insert(candidate.tags.begin(), candidate.tags.end());
  const std::vector<std::string_view> known(tags.begin(), tags.end());
  return fmt::format("no case is tagged \"{}\"{}", tag, scenario::suggestion(tag, known));
}

// At most so many of each scenario, as far apart as they come: the first and the last among them.
void thin_out(std::vector<const Case*>& cases, std::size_t most) {
  std::map<const scenario::Scenario*, std::size_t> rows;
  for (const Case* c : cases) ++rows[c->scenario];
  std::map<const scenario::Scenario*, std::size_t> seen;
  std::erase_if(cases, [&](const Case* c) {
    const std::size_t all = rows[c->scenario];
    const std::size_t row = seen[c->scenario]++;
    if (all <= most) return false;
    if (most == 1) return row > 0;
    // Row i of the n kept stands at i * (all - 1) / (most - 1), rounded up.
    const std::size_t at = row * (most - 1) / (all - 1);
    return (at * (all - 1) + most - 2) / (most - 1) != row;
  });
}

// The ids that judge again what is unexpected in a record.
std::expected<std::set<std::string, std::less<>>, std::string> failed_in(const std::filesystem::path& path) {
  const auto record = report::read_run(path);
  if (!record) return std::unexpected(record.error());
  std::set<std::string, std::less<>> ids;
  for (const scenario::CaseResult& result : record->cases) {
    if (!result.expected) ids.merge(report::judges_again(result));
  }
  if (ids.empty()) return std::unexpected(fmt::format("everything is as expected in {}", path.string()));
  return ids;
}

}  // namespace

bool selects(std::string_view pattern, std::string_view id) {
  if (pattern.find('*') != std::string_view::npos) return target::matches(pattern, id);
  if (!id.starts_with(pattern)) return false;
  return id.size() == pattern.size() || pattern.ends_with('/') || id[pattern.size()] == '/' ||
         id[pattern.size()] == '[';
}

void Selection::keep(scenario::Shard shard) {
  std::vector<const Case*> kept;
  for (std::size_t i = shard.index - 1; i < cases.size(); i += shard.count) kept.push_back(cases[i]);
  cases = std::move(kept);
}

std::expected<Selection, std::string> select(const scenario::Library& library, const CaseArguments& wanted) {
  std::set<std::string, std::less<>> failed;
  if (!wanted.failed_in.empty()) {
    auto ids = failed_in(wanted.failed_in);
    if (!ids) return std::unexpected(ids.error());
    failed = *std::move(ids);
  }
  const std::vector<Candidate> all = candidates(library);
  Condition patterns(wanted.select);
  Condition excluded(wanted.exclude);
  Condition sections(wanted.sections);
  Condition tags(wanted.tags);
  // Every condition looks at every candidate, for the sake of those that hold for none.
  const auto is_wanted = [&](const Candidate& candidate) {
    const auto named = [&](const std::string& pattern) { return selects(pattern, candidate.id); };
    const bool by_name = patterns.met(named);
    const bool by_section = sections.met([&](const std::string& section) {
      return std::ranges::any_of(candidate.sections, [&](auto s) { return is_in(s, section); });
    });
    const bool by_tag = tags.met([&](const std::string& tag) {
      return std::ranges::find(candidate.tags, tag) != candidate.tags.end();
    });
    const bool left_out = excluded.met(named) && !wanted.exclude.empty();
    return by_name && by_section && by_tag && !left_out &&
           (failed.empty() || failed.contains(candidate.id)) &&
           (wanted.levels.empty() ||
            std::ranges::find(wanted.levels, candidate.level) != wanted.levels.end());
  };
  Selection selection;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!is_wanted(all[i])) continue;
    if (i < library.cases.size()) {
      selection.cases.push_back(&library.cases[i]);
    } else {
      selection.audit_rules.push_back(i - library.cases.size());
    }
  }
  if (const std::string* pattern = patterns.unused()) return std::unexpected(no_such_case(*pattern, all));
  if (const std::string* tag = tags.unused()) return std::unexpected(no_such_tag(*tag, all));
  if (const std::string* section = sections.unused())
    return std::unexpected(
        fmt::format("no case rests on section {} of [MS-SMB2]; write one like 3.3.5.4", *section));
  if (wanted.rows > 0) thin_out(selection.cases, wanted.rows);
  selection.whole_suite =
      selection.cases.size() == library.cases.size() && selection.audit_rules.size() == audit::rules().size();
  if (selection.cases.empty() && selection.audit_rules.empty())
    return std::unexpected("no case is left: every one is excluded, or none meets all conditions");
  if (selection.cases.empty())
    return std::unexpected("audit rules judge the traffic of other cases: select some of those too");
  return selection;
}

std::vector<std::string> in_words(const CaseArguments& wanted) {
  std::vector<std::string> words = wanted.select;
  const auto add = [&](std::string_view option, std::string_view value) {
    words.emplace_back(option);
    words.emplace_back(value);
  };
  for (const std::string& pattern : wanted.exclude) add("--exclude", pattern);
  for (const std::string& section : wanted.sections) add("--section", section);
  for (const std::string& tag : wanted.tags) add("--tag", tag);
  for (const Level level : wanted.levels) add("--level", scenario::name(level));
  if (!wanted.failed_in.empty()) add("--failed-in", wanted.failed_in.string());
  if (wanted.rows > 0) add("--rows", fmt::format("{}", wanted.rows));
  return words;
}

}  // namespace cli
