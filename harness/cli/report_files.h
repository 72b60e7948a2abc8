// The files that a run's record is drawn into.
#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "harness/cli/arguments.h"
#include "harness/scenario/record.h"

namespace cli {

// Writes those of `files` that have a name. `record_file` is where the record itself lies, which evidence is
// found from; empty where it lies nowhere. The error says which file and why.
std::expected<void, std::string> write_reports(const ReportFiles& files, const scenario::RunRecord& record,
                                               const std::filesystem::path& record_file);

}  // namespace cli
