// What shows a failure to somebody who was not there: for each case in question a folder with its capture,
// the keys that open it, a script that does so, the exchange as text, and the record to replay it from.
#pragma once

#include <chrono>
#include <expected>
#include <filesystem>
#include <map>
#include <string>

#include "harness/cli/arguments.h"
#include "harness/scenario/case_runner.h"

namespace cli {

inline constexpr std::string_view evidence_folder = "evidence";  // in --out

class EvidenceFolder {
 public:
  // In `out`; nothing is written before a case asks for it.
  EvidenceFolder(std::filesystem::path out, Evidence whose, bool no_secrets)
      : out_(std::move(out)), whose_(whose), no_secrets_(no_secrets) {}

  // A case that has run, before its verdict is known to be unexpected.
  void add(const scenario::CaseRun& run, std::chrono::system_clock::time_point start);

  // Writes the folder of a case where it is wanted, and sets `result.evidence`. The error says which file and
  // why.
  std::expected<void, std::string> keep(scenario::CaseResult& result, bool unexpected,
                                        const scenario::RunRecord& record);

  // "negotiate/dialects[only-2.0.2]" has its evidence in "negotiate/dialects/only-2.0.2".
  static std::string folder_of(std::string_view id);

 private:
  struct Known {
    std::chrono::system_clock::time_point start;
    std::string keys;  // lines
    transport::Recording recording;
  };
  std::expected<void, std::string> put_script(const std::filesystem::path& path);

  std::filesystem::path out_;
  std::filesystem::path script_;  // the first one written
  Evidence whose_;
  bool no_secrets_;
  std::map<std::string, Known, std::less<>> known_;  // by case; an audit rule has its evidence from one
};

// Takes out what a password can be guessed from: the bytes of messages with an AUTHENTICATE_MESSAGE.
void withhold_secrets(transport::Recording& recording);

}  // namespace cli
