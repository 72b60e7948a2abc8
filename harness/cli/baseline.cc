// The verb that keeps a baseline: what runs have shown goes in, and runs are judged by it.
#include "harness/target/baseline.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "harness/cli/arguments.h"
#include "harness/cli/expectations.h"
#include "harness/target/baseline_update.h"
#include "harness/target/joined_runs.h"
#include "reports/journal.h"
#include "reports/merge.h"
#include "reports/terminal.h"

namespace cli {
namespace {

using scenario::CaseResult;
using scenario::Outcome;
using scenario::RunRecord;

constexpr unsigned fewest_draws = 3;             // fewer tell nothing of what comes and goes
constexpr std::size_t most_failures_shown = 20;  // in full

std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

// Why no baseline can rest on a run, and what to do; "" when one can.
std::string unfit(const RunRecord& run) {
  const auto open = std::ranges::count_if(run.cases, [](const CaseResult& result) {
    return result.outcome == Outcome::no_verdict || result.outcome == Outcome::harness_error;
  });
  if (run.unreachable) return "the target was never reached; run again";
  if (!run.stopped.empty()) return fmt::format("the run is incomplete ({}); run again", run.stopped);
  if (open > 0)
    return fmt::format("{} no verdict; run again",
                       open == 1 ? "1 case has" : fmt::format("{} cases have", open));
  if (run.tool_fault) return "smbspec was at fault; run again, and report it";
  if (!run.whole_suite)
    return "a part of the suite was judged; run all of it, without selecting or excluding";
  return {};
}

// Records of runs, and which files each is from.
struct Runs {
  std::vector<RunRecord> records;
  std::vector<std::string> names;
};

// Shards of one run make one: the first that are given of each number, then the second.
std::expected<Runs, std::string> merged(Runs given) {
  struct Whole {
    std::vector<RunRecord> shards;
    std::string name;
  };
  std::vector<Whole> all;
  for (std::size_t i = 0; i < given.records.size(); ++i) {
    const scenario::Shard shard = given.records[i].shard;
    const auto lacks_it = [&](const Whole& whole) {
      return std::ranges::all_of(whole.shards, [&](const RunRecord& other) {
        return other.shard.count == shard.count && other.shard.index != shard.index;
      });
    };
    auto run = shard.count == 1 ? all.end() : std::ranges::find_if(all, lacks_it);
    if (run == all.end()) run = all.insert(all.end(), Whole{});
    run->shards.push_back(std::move(given.records[i]));
    run->name += (run->name.empty() ? "" : " ") + given.names[i];
  }
  Runs runs;
  for (Whole& whole : all) {
    auto record = report::merge(std::move(whole.shards));
    if (!record) return std::unexpected(fmt::format("{}: {}", whole.name, record.error()));
    runs.records.push_back(*std::move(record));
    runs.names.push_back(std::move(whole.name));
  }
  return runs;
}

std::expected<Runs, std::string> read_runs(const std::vector<std::filesystem::path>& paths) {
  Runs runs;
  std::set<std::filesystem::path> seen;
  for (const std::filesystem::path& path : paths) {
    std::error_code ignored;
    if (!seen.insert(std::filesystem::weakly_canonical(path, ignored)).second)
      return std::unexpected(fmt::format("{}: is given twice, which makes it no more draws", path.string()));
    auto record = report::read_run(path);
    if (!record) return std::unexpected(record.error());
    runs.records.push_back(*std::move(record));
    runs.names.push_back(path.string());
  }
  return merged(std::move(runs));
}

// All the runs in one.
std::expected<RunRecord, std::string> joined(const Runs& runs, bool strict) {
  auto record = target::joined(runs.records, runs.names);
  if (record && strict) record->strict = true;
  return record;
}

// How often each case was drawn, the one that was least.
std::size_t draws_in(const RunRecord& record) {
  std::size_t fewest = record.cases.empty() ? 0 : target::draws_of(record.cases.front()).size();
  for (const CaseResult& result : record.cases) fewest = std::min(fewest, target::draws_of(result).size());
  return fewest;
}

// The runs on whose word a baseline changes, in one.
std::expected<RunRecord, std::string> evidence(const BaselineArguments& arguments) {
  const auto runs = read_runs(arguments.records);
  if (!runs) return std::unexpected(runs.error());
  for (std::size_t i = 0; i < runs->records.size(); ++i) {
    if (const std::string why = unfit(runs->records[i]); !why.empty())
      return std::unexpected(fmt::format("{}: {}", runs->names[i], why));
  }
  auto record = joined(*runs, arguments.strict);
  if (!record) return record;
  if (const std::size_t draws = draws_in(*record); draws < fewest_draws)
    return std::unexpected(
        fmt::format("{} at least are wanted, {}: run with --repeat {}, or give the records of more runs",
                    counted(fewest_draws, "draw"),
                    draws == 1 ? "this is 1" : fmt::format("these are {}", draws), fewest_draws));
  return record;
}

// The runs to judge, in one.
std::expected<RunRecord, std::string> judged(const BaselineArguments& arguments) {
  const auto runs = read_runs(arguments.records);
  if (!runs) return std::unexpected(runs.error());
  return joined(*runs, arguments.strict);
}

// What the file says, and of a file that is not there what an empty one would.
std::expected<std::string, std::string> text_before(const std::filesystem::path& path, const RunRecord& run) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return target::empty_baseline(run.suite_version, run.target);
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open() || std::filesystem::is_directory(path, ignored))
    return std::unexpected(
        fmt::format("{}: cannot be read; name a file, or one that is not there yet", path.string()));
  return std::string{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::size_t unexplained_lines(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = text.find(target::unexplained); at != std::string_view::npos;
       at = text.find(target::unexplained, at)) {
    ++count;
    at = std::min(text.find('\n', at), text.size());
  }
  return count;
}

// What only a person can decide, such as whether a line whose last day is over gets another.
void print_what_is_left(const RunRecord& record) {
  for (const std::string& problem : record.baseline_problems) fmt::print("{}\n", problem);
  for (const CaseResult& result : record.cases) {
    if (!result.expected) fmt::print("{} is {}, unexpectedly\n", result.id, scenario::name(result.outcome));
  }
}

}  // namespace

int baseline_update(const BaselineArguments& arguments) {
  auto record = evidence(arguments);
  if (!record) return complain(usage, record.error());
  const auto before = text_before(arguments.file, *record);
  if (!before) return complain(usage, before.error());
  const auto aliases = aliases_of(arguments.folder);
  if (!aliases) return complain(usage, aliases.error());
  const auto known = known_baseline(arguments.known, arguments.folder, *aliases);
  if (!known) return complain(usage, known.error());

  const std::string name = arguments.file.string();
  const auto update =
      target::update(*before, name, *aliases, *known, *record,
                     {.drop_after = arguments.drop_after, .unsupported = arguments.unsupported});
  if (!update) return complain(usage, update.error());
  std::error_code ignored;
  const bool is_new = !std::filesystem::exists(arguments.file, ignored);
  if (!update->diff.empty())
    fmt::print("--- {}\n+++ {}\n{}", is_new ? "/dev/null" : name, name, update->diff);
  fmt::print("{}: {} added, {} removed{}\n", name, counted(update->added, "line"), update->removed,
             arguments.dry_run ? "; not written" : "");
  if (const std::size_t count = unexplained_lines(update->text); count > 0)
    fmt::print("{} of it without a reason: say why instead of \"{}…\"\n", counted(count, "line"),
               target::unexplained);
  if (!arguments.dry_run && (is_new || !update->diff.empty())) {
    if (const auto written = replace_file(arguments.file, update->text); !written)
      return complain(usage, written.error());
  }

  auto all = target::parse_baseline(update->text, name, *aliases);
  if (!all) return complain(tool_fault, all.error());
  all->insert(all->end(), known->begin(), known->end());
  target::apply(*all, *record);
  print_what_is_left(*record);
  return scenario::exit_code(*record);
}

int baseline_check(const BaselineArguments& arguments) {
  const auto baseline = expectations(arguments.file, arguments.known, arguments.folder);
  if (!baseline) return complain(usage, baseline.error());
  auto record = judged(arguments);
  if (!record) return complain(usage, record.error());
  target::apply(*baseline, *record,
                arguments.no_new_unsupported ? target::Unsupported::listed : target::Unsupported::anything);
  record->rerun = report::rerun_command(*record);
  std::size_t shown = 0;
  for (const CaseResult& result : record->cases) {
    if (!result.expected && result.failure && ++shown <= most_failures_shown)
      fmt::print("{}\n", report::failure_text(result, *record));
  }
  fmt::print("{}", report::summary_text(*record));
  return scenario::exit_code(*record);
}

int baseline_explain(const BaselineArguments& arguments) {
  const auto baseline = expectations(arguments.file, arguments.known, arguments.folder);
  if (!baseline) return complain(usage, baseline.error());
  const auto record = judged(arguments);
  if (!record) return complain(usage, record.error());
  const target::Coverage coverage = target::cover(*baseline, *record);
  for (std::size_t e = 0; e < baseline->size(); ++e) {
    const target::Expectation& entry = (*baseline)[e];
    fmt::print("{}:{}: {}\n", entry.source.file, entry.source.line, target::line_of(entry));
    for (const std::size_t i : coverage.cases[e]) {
      std::set<std::string_view> outcomes;
      for (const scenario::Draw& draw : target::draws_of(record->cases[i]))
        outcomes.insert(scenario::name(draw.outcome));
      const bool speaks = coverage.speaking[i] == &entry || coverage.unsupported[i] == &entry;
      fmt::print("  {}  {}{}\n", record->cases[i].id, fmt::join(outcomes, "|"),
                 speaks ? "" : "  (another line speaks of it)");
    }
  }
  return as_expected;
}

}  // namespace cli
