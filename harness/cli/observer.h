// What happens while a run goes on: cases are recorded and kept as evidence, the unexpected is shown, and the
// run may be stopped.
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>

#include "harness/cli/arguments.h"
#include "harness/cli/capture.h"
#include "harness/cli/evidence.h"
#include "harness/cli/interrupts.h"
#include "harness/scenario/run.h"
#include "harness/target/baseline.h"
#include "reports/journal.h"
#include "reports/terminal.h"

namespace cli {

class Observer {
 public:
  Observer(const RunArguments& arguments, scenario::RunRecord& record, const target::Baseline& baseline,
           std::optional<report::Journal>& journal, std::unique_ptr<Capture>& capture,
           Interrupts& interrupts);

  // For scenario::run; they call this, which has to outlive them.
  scenario::RunEvents events();

  // After the last case. The error is the first of all that could not be written.
  std::expected<void, std::string> done();

 private:
  void recorded(const scenario::CaseRun& run, std::chrono::system_clock::time_point start);
  void finished(std::size_t index);
  std::string wants_to_stop() const;
  std::chrono::nanoseconds elapsed() const { return std::chrono::steady_clock::now() - start_; }
  void note(const std::expected<void, std::string>& written);

  const RunArguments& arguments_;
  scenario::RunRecord& record_;
  const target::Baseline& baseline_;
  std::optional<report::Journal>& journal_;
  std::unique_ptr<Capture>& capture_;
  Interrupts& interrupts_;
  EvidenceFolder evidence_;
  report::Progress progress_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::string error_;
  std::set<std::size_t> unexpected_;  // indices into the record's cases
};

}  // namespace cli
