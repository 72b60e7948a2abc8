#include "reports/browser.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace report {
namespace {

namespace fs = std::filesystem;

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

bool has_chromium() { return std::system("command -v chromium >/dev/null") == 0; }

Page open_in_chromium(std::string_view html, std::string_view fragment) {
  std::string folder = testing::TempDir() + "smbspec-page-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) {
    ADD_FAILURE() << folder << " cannot be made";
    return {};
  }
  std::ofstream(folder + "/page.html", std::ios::binary) << html;
  const std::string command = fmt::format(
      "timeout -k 5 90 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --disable-quic "
      "--no-first-run --disable-background-networking --disable-component-update --disable-sync "
      "--user-data-dir='{0}/profile' --enable-logging=stderr --dump-dom 'file://{0}/page.html{1}' "
      ">'{0}/dom' 2>'{0}/log'",
      folder, fragment);
  EXPECT_EQ(std::system(command.c_str()), 0) << contents(folder + "/log");
  Page page{.dom = contents(folder + "/dom"), .complaints = ""};
  std::ifstream log(folder + "/log");
  for (std::string line; std::getline(log, line);) {
    if (line.contains("CONSOLE")) page.complaints += line + "\n";
  }
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  return page;
}

}  // namespace report
