#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <random>

#include "harness/cli/arguments.h"
#include "harness/cli/capture.h"
#include "harness/cli/cases.h"
#include "harness/cli/expectations.h"
#include "harness/cli/judged.h"
#include "harness/cli/probing.h"
#include "harness/cli/selection.h"
#include "harness/cli/version.h"
#include "harness/target/baseline.h"
#include "reports/journal.h"
#include "reports/junit.h"
#include "reports/terminal.h"

namespace cli {
namespace {

using scenario::CaseResult;
using scenario::RunRecord;

constexpr std::size_t most_failures_shown = 20;  // in full, as they come

std::string utc_now() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))); }

// Of the terminal that standard error is, as wide as it is now; 0 where it is none.
std::size_t terminal_columns() {
  winsize size{};
  if (isatty(STDERR_FILENO) != 1) return 0;
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

// Records everything, shows what is unexpected as it comes.
class Observer {
 public:
  Observer(RunRecord& record, std::optional<report::Journal>& journal, const target::Baseline& baseline)
      : record_(record), journal_(journal), baseline_(baseline), progress_(record.cases.size()) {}

  void started(std::size_t index) { progress_.started(record_.cases[index].id, elapsed()); }

  void finished(std::size_t index, const CaseResult& result) {
    if (journal_ && journal_error_.empty()) {
      if (const auto added = journal_->add(index, result); !added) journal_error_ = added.error();
    }
    progress_.finished(result);
    if (result.expected || target::excuses(baseline_, result)) return;
    if (++unexpected_ > most_failures_shown) return;
    fmt::print(stderr, "{}", progress_.clear());
    fmt::print("{}\n", report::failure_text(result, record_));
  }

  void idle() { fmt::print(stderr, "{}", progress_.update(elapsed(), terminal_columns())); }

  void done() {
    fmt::print(stderr, "{}", progress_.clear());
    if (unexpected_ > most_failures_shown) {
      fmt::print("{} more cases are not as expected; they stand in the summary and in the record\n\n",
                 unexpected_ - most_failures_shown);
    }
  }

  const std::string& journal_error() const { return journal_error_; }

 private:
  std::chrono::nanoseconds elapsed() const { return std::chrono::steady_clock::now() - start_; }

  RunRecord& record_;
  std::optional<report::Journal>& journal_;
  const target::Baseline& baseline_;
  report::Progress progress_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::string journal_error_;
  std::size_t unexpected_ = 0;
};

std::expected<void, std::string> write_reports(const RunArguments& arguments, const RunRecord& record) {
  if (arguments.junit.empty()) return {};
  const auto dialect = arguments.strict_junit ? report::JunitDialect::strict : report::JunitDialect::rich;
  return write_file(arguments.junit, report::junit(record, dialect));
}

}  // namespace

int run(const RunArguments& arguments) {
  const auto library = load_cases(arguments.cases.folder);
  if (!library) return complain(usage, library.error());
  auto selection = select(*library, arguments.cases.select, arguments.cases.exclude);
  if (!selection) return complain(usage, selection.error());
  const auto baseline = expectations(arguments.baseline, arguments.known, arguments.cases.folder);
  if (!baseline) return complain(usage, baseline.error());
  if (arguments.shuffle) {
    std::mt19937_64 order(arguments.seed);
    std::ranges::shuffle(selection->cases, order);
  }

  RunRecord record{.suite_version = std::string(version()),
                   .suite_commit = std::string(commit()),
                   .settings = arguments.settings,
                   .seed = arguments.seed,
                   .strict = arguments.strict,
                   .whole_suite = selection->whole_suite,
                   .started = utc_now()};
  record.cases = scenario::unjudged(selection->cases, library->requirements, selection->audit_rules);
  auto target = judged_target(arguments);
  if (!target) return complain(usage, target.error());
  record.target = target->name;

  std::optional<report::Journal> journal;
  const auto path =
      arguments.json.empty() && !arguments.out.empty() ? arguments.out / "run.json" : arguments.json;
  if (!path.empty()) {
    auto opened = report::Journal::open(path, record);
    if (!opened) return complain(usage, opened.error());
    journal.emplace(*std::move(opened));
  }
  std::unique_ptr<Capture> capture;
  if (!arguments.pcap.empty()) {
    auto opened = Capture::open(arguments.pcap);
    if (!opened) return complain(usage, opened.error());
    capture = *std::move(opened);
  }
  // No verdict comes first here too: a report of an earlier run must not outlive one that is killed.
  if (const auto written = write_reports(arguments, record); !written)
    return complain(usage, written.error());

  const auto start = std::chrono::steady_clock::now();
  const scenario::CaseOptions case_options{.step_timeout = arguments.target.step_timeout,
                                           .seed = arguments.seed,
                                           .now = filetime_now(),
                                           .accounts = target->accounts};
  auto probe = reach(target->networks, arguments.target.wait, arguments.target.step_timeout);
  if (probe) {
    record.probe = probe->findings;
    tell_accounts(probe->facts, target->accounts, target->share);
    if (target->port != 0) probe->facts["target.port"] = scenario::Term{std::uint64_t{target->port}};
    probe = try_accounts(target->networks, *probe, case_options);
  }
  if (probe) {
    record.probe = probe->findings;
    Observer observer(record, journal, *baseline);
    const scenario::RunOptions options{.jobs = arguments.jobs, .case_options = case_options};
    const scenario::RunEvents events{
        .recorded =
            [&](const scenario::CaseRun& run, std::chrono::system_clock::time_point began) {
              if (capture) capture->add(run, began);
            },
        .started = [&](std::size_t i) { observer.started(i); },
        .finished = [&](std::size_t i, const CaseResult& r) { observer.finished(i, r); },
        .idle = [&] { observer.idle(); }};
    scenario::run(record, selection->cases, selection->audit_rules, library->requirements, target->networks,
                  probe->facts, options, events);
    observer.done();
    if (capture) {
      if (const auto written = capture->finish(); !written) complain(tool_fault, written.error());
    }
    if (!observer.journal_error().empty()) complain(tool_fault, observer.journal_error());
    target::apply(*baseline, record,
                  arguments.no_new_unsupported ? target::Unsupported::listed : target::Unsupported::anything);
    record.rerun = report::rerun_command(record);
  } else {
    record.unreachable = !probe.error().interrupted;
    record.stopped = probe.error().reason;
  }
  record.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

  fmt::print("{}", report::summary_text(record));
  if (journal) {
    if (const auto finished = journal->finish(record); !finished)
      return complain(tool_fault, finished.error());
  }
  if (const auto written = write_reports(arguments, record); !written)
    return complain(tool_fault, written.error());
  return scenario::exit_code(record);
}

}  // namespace cli
