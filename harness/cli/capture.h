// A run's capture and, beside it, the keys that open what is sealed in it.
#pragma once

#include <expected>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "harness/scenario/case_runner.h"
#include "harness/transport/capture_writer.h"

namespace cli {

class Capture {
 public:
  // FILE and FILE.keys. Errors say which file and why.
  static std::expected<std::unique_ptr<Capture>, std::string> open(const std::filesystem::path& path);

  void add(const scenario::CaseRun& run, std::chrono::system_clock::time_point start);

  // After the last case.
  std::expected<void, std::string> finish();

 private:
  explicit Capture(const std::filesystem::path& path);

  std::filesystem::path path_;
  std::ofstream packets_;
  std::ofstream keys_;
  transport::CaptureWriter writer_;
};

}  // namespace cli
