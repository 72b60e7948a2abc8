// One run drawn into every kind of report.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "harness/cli/end_to_end/records.h"
#include "harness/cli/end_to_end/smbspec_process.h"
#include "harness/target/peers/server_process.h"

namespace cli::end_to_end {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Reports, OfARunAreThoseOfItsRecord) {
  const target::peers::Folder folder;
  const auto in = [&](const std::string& name) { return (folder.path() / name).string(); };
  const Ended run = smbspec({"run", "negotiate/dialect-selection", "--memory", "--out", in("out"), "--junit",
                             in("run.xml"), "--html", in("run.html"), "--markdown", in("run.md")});
  EXPECT_EQ(run.code, 0) << run;
  const Ended report = smbspec({"report", in("out/run.json"), "--json", in("again.json"), "--junit",
                                in("again.xml"), "--html", in("again.html"), "--markdown", in("again.md")});
  EXPECT_EQ(report.code, 0) << report;
  EXPECT_THAT(contents(in("run.html")), AllOf(StartsWith("<!doctype html>"), HasSubstr("GREEN")));
  EXPECT_THAT(contents(in("run.md")), AllOf(StartsWith("## smbspec"), HasSubstr("GREEN")));
  EXPECT_EQ(contents(in("again.json")), contents(in("out/run.json")));
  for (const std::string kind : {"xml", "html", "md"})
    EXPECT_EQ(contents(in("again." + kind)), contents(in("run." + kind))) << kind;
}

}  // namespace
}  // namespace cli::end_to_end
