#include "harness/cli/run.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <random>

#include "harness/cli/cases.h"
#include "harness/cli/expectations.h"
#include "harness/cli/judged.h"
#include "harness/cli/observer.h"
#include "harness/cli/probing.h"
#include "harness/cli/report_files.h"
#include "harness/cli/selection.h"
#include "harness/cli/version.h"
#include "harness/target/baseline.h"
#include "reports/journal.h"
#include "reports/terminal.h"

namespace cli {
namespace {

using scenario::RunRecord;

constexpr unsigned most_repeats = 1000;

std::string utc_now() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))); }

}  // namespace

RunEnd judge(const RunArguments& arguments) {
  Interrupts& interrupts = Interrupts::of_this_process();
  const auto library = load_cases(arguments.cases.folder, arguments.cases.strength);
  if (!library) return {complain(usage, library.error()), {}};
  auto selection = select(*library, arguments.cases);
  if (!selection) return {complain(usage, selection.error()), {}};
  const bool whole_suite = selection->whole_suite;
  selection->keep(arguments.shard);
  if (selection->cases.empty())
    return {complain(usage, fmt::format("there is no case for shard {} of {}", arguments.shard.index,
                                        arguments.shard.count)),
            {}};
  const auto baseline = expectations(arguments.baseline, arguments.known, arguments.cases.folder);
  if (!baseline) return {complain(usage, baseline.error()), {}};
  if (arguments.shuffle) {
    std::mt19937_64 order(arguments.seed);
    std::ranges::shuffle(selection->cases, order);
  }

  RunRecord record{.suite_version = std::string(version()),
                   .suite_commit = std::string(commit()),
                   .settings = arguments.settings,
                   .kerberos_service = arguments.kerberos_service,
                   .kerberos = arguments.kerberos,
                   .seed = arguments.seed,
                   .strict = arguments.strict,
                   .strength = arguments.cases.strength,
                   .profile = arguments.cases.profile,
                   .selection = in_words(arguments.cases),
                   .whole_suite = whole_suite,
                   .shard = arguments.shard,
                   .repeats = arguments.until_fail ? most_repeats : arguments.repeats,
                   .started = utc_now()};
  record.cases = scenario::unjudged(selection->cases, library->requirements, selection->audit_rules);
  auto target = judged_target(arguments, *library);
  if (!target) return {complain(usage, target.error()), {}};
  record.target = target->name;
  record.target_file = target->file.string();

  if (!arguments.out.empty()) {
    std::error_code error;
    std::filesystem::create_directories(arguments.out, error);
    if (error)
      return {complain(usage, fmt::format("--out: {}: {}", arguments.out.string(), error.message())), {}};
  }
  std::optional<report::Journal> journal;
  const auto path = arguments.reports.json.empty() && !arguments.out.empty() ? arguments.out / "run.json"
                                                                             : arguments.reports.json;
  if (!path.empty()) {
    auto opened = report::Journal::open(path, record);
    if (!opened) return {complain(usage, opened.error()), {}};
    journal.emplace(*std::move(opened));
  }
  if (!arguments.out.empty() && arguments.evidence != Evidence::none) {
    std::error_code none_there;  // what an earlier run left would pass for this one's
    std::filesystem::remove_all(arguments.out / evidence_folder, none_there);
  }
  std::unique_ptr<Capture> capture;
  if (!arguments.pcap.empty()) {
    auto opened = Capture::open(arguments.pcap);
    if (!opened) return {complain(usage, opened.error()), {}};
    capture = *std::move(opened);
  }
  // No verdict comes first here too: a report of an earlier run must not outlive one that is killed.
  ReportFiles drawn = arguments.reports;
  drawn.json.clear();  // the journal's
  if (const auto written = write_reports(drawn, record, path); !written)
    return {complain(usage, written.error()), {}};

  const auto begun = std::chrono::steady_clock::now();
  const scenario::CaseOptions case_options{.step_timeout = arguments.target.step_timeout,
                                           .seed = arguments.seed,
                                           .now = filetime_now(),
                                           .accounts = target->accounts,
                                           .kerberos = arguments.kerberos};
  const auto started = target->supervisor ? start(*target->supervisor) : std::monostate();
  auto probe = started ? reach(target->networks, arguments.target.wait, arguments.target.step_timeout)
                       : std::unexpected(started.error());
  if (probe) {
    record.probe = probe->findings;
    tell_accounts(probe->facts, target->accounts, target->share);
    if (target->port != 0) probe->facts["target.port"] = scenario::Term{std::uint64_t{target->port}};
    probe = try_accounts(target->networks, *probe, case_options);
  }
  if (probe) {
    record.probe = probe->findings;
    // Floods and very large frames are for whoever asks, or for one's own machine.
    if (!target->loopback && std::ranges::find(arguments.cases.tags, "harsh") == arguments.cases.tags.end())
      probe->facts["target.spared"] = scenario::Term{std::string("yes")};
    scenario::CaseOptions judging = case_options;
    judging.latitudes = target->latitudes;
    Observer observer(arguments, record, *baseline, journal, capture, interrupts);
    scenario::run(record, selection->cases, selection->audit_rules, library->requirements, target->networks,
                  probe->facts,
                  {.jobs = arguments.jobs,
                   .repeats = record.repeats,
                   .case_options = judging,
                   .supervision = target->supervisor.get()},
                  observer.events());
    if (const auto written = observer.done(); !written) complain(tool_fault, written.error());
    target::apply(*baseline, record,
                  arguments.no_new_unsupported ? target::Unsupported::listed : target::Unsupported::anything);
    record.rerun = report::rerun_command(record, path);
  } else {
    record.unreachable = !probe.error().interrupted;
    record.stopped = probe.error().reason;
  }
  record.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();

  fmt::print("{}", report::summary_text(record));
  if (journal) {
    if (const auto finished = journal->finish(record); !finished)
      return {complain(tool_fault, finished.error()), {}};
  }
  if (const auto written = write_reports(drawn, record, path); !written)
    return {complain(tool_fault, written.error()), {}};
  const int code = scenario::exit_code(record);
  return {code, std::move(record)};
}

int run(const RunArguments& arguments) { return judge(arguments).code; }

}  // namespace cli
