#include "reports/other_readers.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace report {
namespace {

namespace fs = std::filesystem;

// A folder that holds a report, until the test has read it.
class ReportFolder {
 public:
  ReportFolder(std::string_view name, std::string_view report)
      : path_(testing::TempDir() + "smbspec-report-XXXXXX") {
    if (mkdtemp(path_.data()) == nullptr) ADD_FAILURE() << path_ << " cannot be made";
    std::ofstream(file(name), std::ios::binary) << report;
  }
  ReportFolder(const ReportFolder&) = delete;
  ~ReportFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }

  const std::string& path() const { return path_; }
  std::string file(std::string_view name) const { return fmt::format("{}/{}", path_, name); }
  std::string contents(std::string_view name) const {
    std::ifstream in(file(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  std::string path_;
};

}  // namespace

bool runs(const std::string& command) { return std::system((command + " >/dev/null 2>&1").c_str()) == 0; }

std::string read_by(const std::string& command, std::string_view report) {
  const ReportFolder folder("report", report);
  const bool done =
      std::system(fmt::format("{0} '{1}' >'{2}' 2>&1", command, folder.file("report"), folder.file("output"))
                      .c_str()) == 0;
  std::string output = folder.contents("output");
  EXPECT_TRUE(done) << command << ":\n" << output.substr(0, 4096);
  return output;
}

Page open_in_chromium(std::string_view html, std::string_view fragment) {
  const ReportFolder folder("page.html", html);
  const std::string command = fmt::format(
      "timeout -k 5 90 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --disable-quic "
      "--no-first-run --disable-background-networking --disable-component-update --disable-sync "
      "--user-data-dir='{0}/profile' --enable-logging=stderr --dump-dom 'file://{0}/page.html{1}' "
      ">'{0}/dom' 2>'{0}/log'",
      folder.path(), fragment);
  EXPECT_EQ(std::system(command.c_str()), 0) << folder.contents("log");
  Page page{.dom = folder.contents("dom"), .complaints = ""};
  std::ifstream log(folder.file("log"));
  for (std::string line; std::getline(log, line);) {
    if (line.contains("CONSOLE")) page.complaints += line + "\n";
  }
  return page;
}

}  // namespace report
