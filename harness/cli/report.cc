#include <fmt/format.h>

#include "harness/cli/arguments.h"
#include "harness/cli/report_files.h"
#include "reports/journal.h"
#include "reports/merge.h"
#include "reports/terminal.h"

namespace cli {

std::expected<scenario::RunRecord, std::string> read_shards(std::span<const std::filesystem::path> paths) {
  std::vector<scenario::RunRecord> records;
  for (const std::filesystem::path& path : paths) {
    auto record = report::read_run(path);
    if (!record) return std::unexpected(record.error());
    records.push_back(*std::move(record));
  }
  return report::merge(std::move(records));
}

int report(const ReportArguments& arguments) {
  const auto record = read_shards(arguments.records);
  if (!record) return complain(usage, record.error());
  // Evidence of several shards lies in several folders; links lead to that of the first.
  if (const auto written = write_reports(arguments.reports, *record, arguments.records.front()); !written)
    return complain(usage, written.error());
  for (const scenario::CaseResult& result : record->cases) {
    if (!result.expected && result.failure) fmt::print("{}\n", report::failure_text(result, *record));
  }
  fmt::print("{}", report::summary_text(*record));
  return arguments.exits_as_the_run ? scenario::exit_code(*record) : as_expected;
}

}  // namespace cli
