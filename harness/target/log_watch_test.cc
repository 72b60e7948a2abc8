#include "harness/target/log_watch.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "harness/target/peers/server_process.h"

namespace target {
namespace {

using testing::HasSubstr;

class LogWatchTest : public testing::Test {
 protected:
  void write(const std::string& text) const {
    std::ofstream(path_, std::ios::app | std::ios::binary) << text;
  }
  LogWatch watch() const { return LogWatch(path_, {crash_signs.begin(), crash_signs.end()}); }

  peers::Folder folder_;
  std::filesystem::path path_ = folder_.path() / "server.log";
};

TEST_F(LogWatchTest, OnlyWhatIsNewCountsAndOnce) {
  write("PANIC of yesterday\n");
  LogWatch log = watch();
  EXPECT_EQ(log.look(), "");
  write("all is well\n  [12:00] PANIC (pid 4711): assert failed  \nand more\n");
  EXPECT_EQ(log.look(), "[12:00] PANIC (pid 4711): assert failed");
  EXPECT_EQ(log.look(), "");
  write("still well\n");
  EXPECT_EQ(log.look(), "");
}

TEST_F(LogWatchTest, EverySignIsOne) {
  LogWatch log = watch();
  for (const char* line : {"PANIC: x", "INTERNAL ERROR: Signal 11 in pid 12",
                           "==1==ERROR: AddressSanitizer: heap-use-after-free", "Segmentation fault",
                           "Aborted (core dumped)", "BUG: unable to handle", "Oops: 0002"}) {
    write(std::string(line) + "\n");
    EXPECT_EQ(log.look(), line);
  }
  write("panic, debugging, oops\n");
  EXPECT_EQ(log.look(), "");
}

TEST_F(LogWatchTest, AFileMayAppearLate) {
  LogWatch log = watch();
  EXPECT_EQ(log.look(), "");
  write("PANIC\n");
  EXPECT_EQ(log.look(), "PANIC");
}

TEST_F(LogWatchTest, ALineMayComeInPieces) {
  LogWatch log = watch();
  write("INTERNAL ER");
  EXPECT_EQ(log.look(), "");
  write("ROR: Signal 11");
  EXPECT_EQ(log.look(), "INTERNAL ERROR: Signal 11");
  write(" in pid 5\n");
  EXPECT_EQ(log.look(), "") << "told already";
}

TEST_F(LogWatchTest, ACutFileStartsAnew) {
  write(std::string(1000, 'x') + "\n");
  LogWatch log = watch();
  std::filesystem::resize_file(path_, 0);
  write("PANIC after the cut\n");
  EXPECT_EQ(log.look(), "PANIC after the cut");
}

TEST_F(LogWatchTest, ARotatedFileIsReadToItsEndAndTheNewOneToo) {
  LogWatch log = watch();
  write("first\n");
  EXPECT_EQ(log.look(), "");
  write("PANIC before the rotation\n");
  std::filesystem::rename(path_, folder_.path() / "server.log.1");
  EXPECT_EQ(log.look(), "PANIC before the rotation");
  write("PANIC behind it\n");
  EXPECT_EQ(log.look(), "PANIC behind it");
}

TEST_F(LogWatchTest, BinaryJunkIsQuotedReadably) {
  LogWatch log = watch();
  write(std::string("\0\xff\x1b[31mPANIC\x1b[0m \xc3\xa9\n", 20) + std::string(5, '\0'));
  EXPECT_EQ(log.look(), "???[31mPANIC?[0m ??");
}

TEST_F(LogWatchTest, ALongLineIsCut) {
  LogWatch log = watch();
  write(std::string(1 << 20, 'a') + "PANIC" + std::string(1 << 20, 'b') + "\n");
  const std::string line = log.look();
  EXPECT_LE(line.size(), 200U);
  EXPECT_THAT(line, HasSubstr("aaaPANICbbb"));
}

TEST_F(LogWatchTest, ABurstIsReadWhole) {
  LogWatch log = watch();
  std::string megabyte;
  while (megabyte.size() < (1 << 20)) megabyte += "[2026/11/21 05:00:00, 10] nothing of interest here\n";
  for (int i = 0; i < 100; ++i) write(megabyte);
  write("PANIC at the end\n");
  EXPECT_EQ(log.look(), "PANIC at the end");
  EXPECT_EQ(log.position(), std::filesystem::file_size(path_));
}

TEST_F(LogWatchTest, WhatIsNoFileIsNotRead) {
  std::filesystem::create_directory(path_);
  LogWatch log = watch();
  EXPECT_EQ(log.look(), "");
}

}  // namespace
}  // namespace target
