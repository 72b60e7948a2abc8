// Reports for people at a terminal: plain text of at most a hundred columns that needs no colour.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "harness/scenario/record.h"

namespace report {

inline constexpr std::size_t terminal_width = 100;  // columns

// A case that is not as it should be, on one screen: the requirement, the step, expected and got, the
// exchange decoded with the field in question marked, and the command that runs it again.
std::string failure_text(const scenario::CaseResult& result, const scenario::RunRecord& record);

// The end of a run: counts, what was not judged and why, what was unexpected, the verdict.
std::string summary_text(const scenario::RunRecord& record);

// The command that runs one case again; of an audit rule the case that its evidence is from.
std::string rerun_command(const scenario::CaseResult& result, const scenario::RunRecord& record);

// The command that runs again the scenarios of all that is unexpected, or where those are many the folders
// they are in; "" when nothing is.
std::string rerun_command(const scenario::RunRecord& record);

// How far a run is. Makes text and does nothing else: the caller tells the time and prints.
class Progress {
 public:
  using Elapsed = std::chrono::nanoseconds;  // since the run started

  // Interactive: one line that rewrites itself, ten times a second at most. Otherwise a line every few
  // seconds.
  Progress(std::size_t total, bool interactive) : total_(total), interactive_(interactive) {}

  void count(const scenario::CaseResult& result);

  // What to print now, "" for nothing. `now` is the case under way.
  std::string update(Elapsed elapsed, std::string_view now);

  // What clears the line, to be printed before anything else is: "" where there is none.
  std::string clear();

 private:
  std::string line(Elapsed elapsed, std::string_view now) const;

  std::size_t total_;
  bool interactive_;
  bool shown_ = false;
  Elapsed next_{};
  std::size_t done_ = 0;
  std::size_t passed_ = 0;
  std::size_t unexpected_ = 0;
  std::size_t known_ = 0;  // failed as expected
  std::size_t unsupported_ = 0;
};

}  // namespace report
