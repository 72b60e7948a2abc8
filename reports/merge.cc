#include "reports/merge.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "harness/scenario/rule_message.h"
#include "reports/terminal.h"

namespace report {
namespace {

using scenario::CaseResult;
using scenario::Outcome;
using scenario::RunRecord;

bool is_rule(const CaseResult& result) { return result.id.starts_with("audit/"); }

// What sets one run apart from another. The target may be another instance of the same server.
auto identity(const RunRecord& r) {
  return std::tie(r.suite_version, r.suite_commit, r.seed, r.strict, r.strength, r.kerberos_service,
                  r.kerberos, r.settings, r.profile, r.selection, r.repeats, r.whole_suite, r.shard.count);
}

// How much a verdict of a rule says: it fails where it fails anywhere, and passes where anything falls under
// it.
int weight(Outcome outcome) {
  switch (outcome) {
    case Outcome::unsupported:
      return 0;
    case Outcome::pass:
      return 1;
    case Outcome::no_verdict:
      return 2;
    default:
      return 3;
  }
}

// What a rule says in one shard and in another, of one repetition.
template <class Said>
void join(Said& said, Said other) {
  if (said.outcome == Outcome::fail && other.outcome == Outcome::fail) {
    scenario::Places places = scenario::places_of(said.message);
    const scenario::Places more = scenario::places_of(other.message);
    places.scenarios.insert(more.scenarios.begin(), more.scenarios.end());
    places.more = std::max(places.more, more.more);
    said.message = scenario::in_words(places) + std::string(scenario::behind_places(said.message));
  } else if (weight(other.outcome) > weight(said.outcome)) {
    said = std::move(other);
  }
}

void join_rules(CaseResult& rule, CaseResult other) {
  std::vector<scenario::Draw> draws = std::move(rule.draws);
  for (std::size_t i = 0; i < std::min(draws.size(), other.draws.size()); ++i) join(draws[i], other.draws[i]);
  join(rule, std::move(other));
  rule.draws = std::move(draws);
}

}  // namespace

std::expected<RunRecord, std::string> merge(std::vector<RunRecord> shards) {
  if (shards.empty()) return std::unexpected("no record is given");
  std::ranges::sort(shards, {}, [](const RunRecord& r) { return r.shard.index; });
  RunRecord all = std::move(shards.front());
  if (shards.size() == 1 && all.shard.count == 1) return all;

  std::vector<CaseResult> rules;
  std::map<std::string, std::size_t, std::less<>> rule_at;
  const auto take_rule = [&](CaseResult& result) {
    const auto [at, is_new] = rule_at.try_emplace(result.id, rules.size());
    if (is_new) {
      rules.push_back(std::move(result));
    } else {
      join_rules(rules[at->second], std::move(result));
    }
  };
  std::vector<CaseResult> cases;
  const auto take = [&](std::vector<CaseResult>& results) {
    for (CaseResult& result : results) {
      if (is_rule(result)) {
        take_rule(result);
      } else {
        cases.push_back(std::move(result));
      }
    }
  };

  std::vector<unsigned> missing;
  unsigned next = 1;
  const auto reach = [&](unsigned index) {
    while (next < index) missing.push_back(next++);
    ++next;
  };
  reach(all.shard.index);
  take(all.cases);
  for (std::size_t i = 1; i < shards.size(); ++i) {
    RunRecord& shard = shards[i];
    if (identity(shard) != identity(all)) {
      return std::unexpected(
          fmt::format("shard {} of {} against {} is of another run than shard {}: version, seed, selection, "
                      "profile, settings and "
                      "number of shards have to be the same",
                      shard.shard.index, shard.shard.count, shard.target, all.shard.index));
    }
    if (shard.shard.index < next)
      return std::unexpected(
          fmt::format("shard {} of {} is given twice", shard.shard.index, shard.shard.count));
    reach(shard.shard.index);
    take(shard.cases);
    all.seconds = std::max(all.seconds, shard.seconds);
    all.started = std::min(all.started, shard.started);
    all.unreachable = all.unreachable && shard.unreachable;
    all.tool_fault = all.tool_fault || shard.tool_fault;
    if (all.stopped.empty()) all.stopped = shard.stopped;
    all.baseline_problems.insert(all.baseline_problems.end(), shard.baseline_problems.begin(),
                                 shard.baseline_problems.end());
  }
  reach(all.shard.count + 1);
  if (!missing.empty() && all.stopped.empty())
    all.stopped =
        fmt::format("of {} shards these are missing: {}", all.shard.count, fmt::join(missing, ", "));
  all.shard = {};
  all.cases = std::move(cases);
  all.cases.insert(all.cases.end(), std::make_move_iterator(rules.begin()),
                   std::make_move_iterator(rules.end()));
  all.rerun = rerun_command(all);
  return all;
}

}  // namespace report
