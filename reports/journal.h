// Writes the record of a run so that nothing is lost, however the run ends: the whole record with no verdict
// for any case comes first, a line for every case follows in `<path>.partial`, and the finished record
// replaces both.
#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "harness/scenario/record.h"

namespace report {

class Journal {
 public:
  // Writes `record`, whatever it says of verdicts, as one of no verdicts. Errors tell what to do: the folder
  // is missing or cannot be written, the path is no file, another run is writing there.
  static std::expected<Journal, std::string> open(std::filesystem::path path,
                                                  const scenario::RunRecord& record);

  Journal(Journal&& other) noexcept;
  Journal& operator=(Journal&&) = delete;
  ~Journal();  // leaves the partial file of a run that was not finished

  // Case `index` of the record, as decided. One write(2) a call.
  std::expected<void, std::string> add(std::size_t index, const scenario::CaseResult& result);

  // Replaces everything by the finished record.
  std::expected<void, std::string> finish(const scenario::RunRecord& record);

 private:
  Journal(std::filesystem::path path, int partial) : path_(std::move(path)), partial_(partial) {}

  std::filesystem::path path_;
  int partial_;  // descriptor, locked; -1 when finished
};

// A record, with whatever a run that did not finish left beside it.
std::expected<scenario::RunRecord, std::string> read_run(const std::filesystem::path& path);

}  // namespace report
