#include <fmt/format.h>

#include "harness/cli/arguments.h"
#include "reports/journal.h"
#include "reports/junit.h"
#include "reports/terminal.h"

namespace cli {

int report(const ReportArguments& arguments) {
  const auto record = report::read_run(arguments.record);
  if (!record) return complain(usage, record.error());
  if (!arguments.junit.empty()) {
    const auto dialect = arguments.strict_junit ? report::JunitDialect::strict : report::JunitDialect::rich;
    const auto written = write_file(arguments.junit, report::junit(*record, dialect));
    if (!written) return complain(usage, written.error());
  }
  for (const scenario::CaseResult& result : record->cases) {
    if (!result.expected && result.failure) fmt::print("{}\n", report::failure_text(result, *record));
  }
  fmt::print("{}", report::summary_text(*record));
  return as_expected;
}

}  // namespace cli
