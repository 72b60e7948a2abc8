#include "harness/cli/observer.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace cli {
namespace {

using scenario::CaseResult;

constexpr std::size_t most_failures_shown = 20;  // in full, as they come

// Of the terminal that standard error is, as wide as it is now; 0 where it is none.
std::size_t terminal_columns() {
  winsize size{};
  if (isatty(STDERR_FILENO) != 1) return 0;
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

}  // namespace

Observer::Observer(const RunArguments& arguments, scenario::RunRecord& record,
                   const target::Baseline& baseline, std::optional<report::Journal>& journal,
                   std::unique_ptr<Capture>& capture, Interrupts& interrupts)
    : arguments_(arguments),
      record_(record),
      baseline_(baseline),
      journal_(journal),
      capture_(capture),
      interrupts_(interrupts),
      evidence_(arguments.out, arguments.out.empty() ? Evidence::none : arguments.evidence,
                arguments.no_secrets),
      progress_(record.cases.size() * record.repeats) {}

scenario::RunEvents Observer::events() {
  return {.recorded = [this](const scenario::CaseRun& run,
                             std::chrono::system_clock::time_point start) { recorded(run, start); },
          .started = [this](std::size_t index) { progress_.started(record_.cases[index].id, elapsed()); },
          .finished = [this](std::size_t index, const CaseResult&) { finished(index); },
          .idle = [this] { fmt::print(stderr, "{}", progress_.update(elapsed(), terminal_columns())); },
          .wants_to_stop = [this] { return wants_to_stop(); }};
}

void Observer::recorded(const scenario::CaseRun& run, std::chrono::system_clock::time_point start) {
  if (capture_) capture_->add(run, start);
  evidence_.add(run, start);
}

void Observer::finished(std::size_t index) {
  CaseResult& result = record_.cases[index];
  if (arguments_.no_secrets) withhold_secrets(result.recording);
  const bool unexpected = !result.expected && !target::excuses(baseline_, result);
  note(evidence_.keep(result, unexpected, record_));
  if (journal_ && error_.empty()) note(journal_->add(index, result));
  progress_.finished(result);
  if (!unexpected || !unexpected_.insert(index).second || unexpected_.size() > most_failures_shown) return;
  fmt::print(stderr, "{}", progress_.clear());
  fmt::print("{}\n", report::failure_text(result, record_));
}

std::string Observer::wants_to_stop() const {
  if (interrupts_.arrived()) return "interrupted";
  const std::size_t most = arguments_.until_fail ? 1 : arguments_.fail_fast;
  if (most > 0 && unexpected_.size() >= most)
    return fmt::format("stopped as asked after {} unexpected result{}", most, most == 1 ? "" : "s");
  if (arguments_.budget.count() > 0 && elapsed() >= arguments_.budget)
    return "the time given by --budget is spent";
  return {};
}

void Observer::note(const std::expected<void, std::string>& written) {
  if (!written && error_.empty()) error_ = written.error();
}

std::expected<void, std::string> Observer::done() {
  fmt::print(stderr, "{}", progress_.clear());
  if (unexpected_.size() > most_failures_shown) {
    fmt::print("{} more cases are not as expected; they stand in the summary and in the record\n\n",
               unexpected_.size() - most_failures_shown);
  }
  if (capture_) note(capture_->finish());
  if (error_.empty()) return {};
  return std::unexpected(error_);
}

}  // namespace cli
