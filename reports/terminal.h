// Reports for people at a terminal: plain text of at most a hundred columns that needs no colour.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "harness/scenario/record.h"
#include "reports/exchange.h"

namespace report {

inline constexpr std::size_t terminal_width = 100;  // columns

// A case that is not as it should be, on one screen: the requirement, the step, expected and got, the
// exchange decoded with the field in question marked, and the command that runs it again. At length the whole
// exchange.
std::string failure_text(const scenario::CaseResult& result, const scenario::RunRecord& record,
                         const Extent& extent = one_screen);

// The end of a run: counts, what was not judged and why, what was unexpected, the verdict.
std::string summary_text(const scenario::RunRecord& record);

// What to select for a case to be judged again; nothing for an audit rule that nothing breaks, which takes
// all.
std::set<std::string> judges_again(const scenario::CaseResult& result);

// The command that runs one case again; of an audit rule the case that its evidence is from.
std::string rerun_command(const scenario::CaseResult& result, const scenario::RunRecord& record);

// The command that runs again all that is unexpected, by the file that the record is in; where there is none
// the scenarios, or where those are many the folders they are in. "" when nothing is unexpected.
std::string rerun_command(const scenario::RunRecord& record, const std::filesystem::path& file = {});

// How far a run is, and which case takes longest just now. Makes text and does nothing else: the caller tells
// the time and prints.
class Progress {
 public:
  using Elapsed = std::chrono::nanoseconds;  // since the run started

  explicit Progress(std::size_t total) : total_(total) {}

  void started(std::string id, Elapsed elapsed);
  void finished(const scenario::CaseResult& result);

  // What to print now, "" for nothing: on a terminal of so many columns one line that rewrites itself, ten
  // times a second at most, and never wraps; where there is no terminal, 0 columns, a line every few seconds.
  std::string update(Elapsed elapsed, std::size_t terminal_columns);

  // What clears the line, to be printed before anything else is: "" where there is none.
  std::string clear();

 private:
  struct Running {
    std::string id;
    Elapsed since;
  };

  std::string line(Elapsed elapsed, std::size_t width) const;

  std::size_t total_;
  std::vector<Running> running_;  // the longest first
  bool shown_ = false;
  Elapsed next_{};
  std::size_t done_ = 0;
  std::size_t passed_ = 0;
  std::size_t unexpected_ = 0;
  std::size_t known_ = 0;  // failed as expected
  std::size_t unsupported_ = 0;
};

}  // namespace report
