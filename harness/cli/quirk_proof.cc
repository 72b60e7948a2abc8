#include "harness/cli/quirk_proof.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>

#include "harness/cli/controlled_target.h"
#include "harness/cli/embedded_server.h"
#include "harness/cli/probing.h"

namespace cli {
namespace {

using scenario::Outcome;

constexpr std::chrono::seconds long_enough{2};  // of virtual time

std::vector<scenario::CaseResult> judge(const scenario::Library& library, const Selection& selection,
                                        reference::Quirk quirk) {
  reference::Settings settings = full_settings();
  settings.quirks.add(quirk);
  const auto networks = memory_networks(settings, 0);
  const scenario::CaseOptions options{.now = filetime_now(), .accounts = embedded_accounts()};
  scenario::RunRecord record;
  record.cases = scenario::unjudged(selection.cases, library.requirements, selection.audit_rules);
  auto probe = reach(networks, long_enough, options.step_timeout);
  if (probe) {
    tell_accounts(probe->facts, options.accounts, embedded_share);
    probe = try_accounts(networks, *probe, options);
  }
  if (!probe) return std::move(record.cases);
  scenario::run(record, selection.cases, selection.audit_rules, library.requirements, networks, probe->facts,
                {.case_options = options},
                {.finished = [](std::size_t, const scenario::CaseResult&) {}, .idle = [] {}});
  for (scenario::CaseResult& result : record.cases)
    result.expected = scenario::is_expected(result.outcome, result.level, true);
  return std::move(record.cases);
}

// Of each scenario two rows; of all of them where no case cites what the quirk breaks first, but a rule of
// the audit.
Selection citing(const Selection& selection, const reference::QuirkEntry& quirk) {
  Selection result{.cases = {}, .audit_rules = selection.audit_rules};
  constexpr std::size_t rows = 2;
  std::map<const scenario::Scenario*, std::size_t> met;
  const auto is_broken = [&](const std::string& row) { return breaks(quirk, row); };
  const bool is_for_the_audit = std::ranges::none_of(selection.cases, [&](const scenario::Case* instance) {
    return std::ranges::find(instance->scenario->requirements, quirk.requirement) !=
           instance->scenario->requirements.end();
  });
  for (const scenario::Case* instance : selection.cases) {
    const bool cites = std::ranges::any_of(instance->scenario->requirements, is_broken);
    if ((cites || is_for_the_audit) && met[instance->scenario]++ < rows) result.cases.push_back(instance);
  }
  return result;
}

}  // namespace

QuirkVerdict verdict(const reference::QuirkEntry& quirk, std::span<const scenario::CaseResult> results) {
  QuirkVerdict verdict{.quirk = &quirk};
  for (const scenario::CaseResult& result : results) {
    if (result.expected || result.outcome == Outcome::blocked) continue;
    std::vector<std::string> broken;
    std::ranges::copy_if(result.requirements, std::back_inserter(broken),
                         [&](const std::string& row) { return breaks(quirk, row); });
    if (broken.empty()) {
      verdict.accused.push_back(
          fmt::format("{}: {} {}", result.id, scenario::name(result.outcome), result.message));
    } else {
      verdict.killers.push_back(result.id);
      verdict.requirements.insert(broken.begin(), broken.end());
    }
  }
  return verdict;
}

std::vector<QuirkVerdict> prove(const scenario::Library& library, const Selection& selection,
                                std::span<const reference::QuirkEntry> quirks, Depth depth) {
  std::vector<QuirkVerdict> verdicts(quirks.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < quirks.size(); i = next++) {
      const Selection cited = depth == Depth::glance ? citing(selection, quirks[i]) : selection;
      verdicts[i] = verdict(quirks[i], judge(library, cited, quirks[i].quirk));
    }
  };
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 1; i < std::thread::hardware_concurrency(); ++i) threads.emplace_back(work);
    work();
  }
  return verdicts;
}

}  // namespace cli
