#include "harness/cli/report_files.h"

#include <sstream>

#include "reports/html.h"
#include "reports/json.h"
#include "reports/junit.h"
#include "reports/markdown.h"

namespace cli {
namespace {

namespace fs = std::filesystem;
using scenario::RunRecord;

// How the folder of the record is reached from that of a report: "", "../" …
std::string way(const fs::path& report, const fs::path& record_file) {
  if (record_file.empty()) return "";
  const fs::path way = fs::absolute(record_file)
                           .lexically_normal()
                           .parent_path()
                           .lexically_relative(fs::absolute(report).lexically_normal().parent_path());
  return way == "." ? "" : way.generic_string() + "/";
}

std::string json_text(const RunRecord& record, const ReportFiles&, const fs::path&) {
  std::ostringstream text;
  report::write_json(text, record);
  return std::move(text).str();
}

std::string junit_text(const RunRecord& record, const ReportFiles& files, const fs::path& record_file) {
  const std::string folder = record_file.parent_path().generic_string();
  return report::junit(record, files.strict_junit ? report::JunitDialect::strict : report::JunitDialect::rich,
                       folder.empty() ? "" : folder + "/");
}

std::string html_text(const RunRecord& record, const ReportFiles& files, const fs::path& record_file) {
  return report::html(record, way(files.html, record_file));
}

std::string markdown_text(const RunRecord& record, const ReportFiles&, const fs::path&) {
  return report::markdown(record);
}

struct Kind {
  fs::path ReportFiles::* file;
  std::string (*text)(const RunRecord&, const ReportFiles&, const fs::path& record_file);
};
constexpr Kind kinds[] = {{&ReportFiles::json, json_text},
                          {&ReportFiles::junit, junit_text},
                          {&ReportFiles::html, html_text},
                          {&ReportFiles::markdown, markdown_text}};

}  // namespace

std::expected<void, std::string> write_reports(const ReportFiles& files, const RunRecord& record,
                                               const fs::path& record_file) {
  for (const Kind& kind : kinds) {
    const fs::path& file = files.*kind.file;
    if (file.empty()) continue;
    if (auto written = write_file(file, kind.text(record, files, record_file)); !written) return written;
  }
  return {};
}

}  // namespace cli
