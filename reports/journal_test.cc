#include "reports/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "reports/sample_run.h"

namespace report {
namespace {

using scenario::Outcome;
using testing::AllOf;
using testing::HasSubstr;

class JournalTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "smbspec-journal-XXXXXX";
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
    path_ = std::filesystem::path(folder_) / "run.json";
    partial_ = folder_ + "/run.json.partial";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder_), {}));
  }

  scenario::RunRecord run_ = sample_run();
  std::string folder_;
  std::filesystem::path path_;
  std::string partial_;
};

TEST_F(JournalTest, StartsWithNoVerdictForAnyCase) {
  const auto journal = Journal::open(path_, run_);
  ASSERT_TRUE(journal) << journal.error();
  const auto record = read_run(path_);
  ASSERT_TRUE(record) << record.error();
  ASSERT_EQ(record->cases.size(), run_.cases.size());
  for (const auto& c : record->cases) {
    EXPECT_EQ(c.outcome, Outcome::no_verdict);
    EXPECT_FALSE(c.expected);
  }
  EXPECT_EQ(record->stopped, "the run did not end");
}

TEST_F(JournalTest, AKillLosesNoVerdictThatWasAdded) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto journal = Journal::open(path_, run_);
    for (const std::size_t i : {1u, 0u, 7u}) {
      if (!journal || !journal->add(i, run_.cases[i])) ::_exit(1);
    }
    ::raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));

  const auto record = read_run(path_);
  ASSERT_TRUE(record) << record.error();
  EXPECT_EQ(record->cases[0].outcome, Outcome::pass);
  EXPECT_EQ(record->cases[1].outcome, Outcome::fail);
  EXPECT_EQ(record->cases[1].recording.size(), 4u);
  EXPECT_EQ(record->cases[7].outcome, Outcome::crash);
  EXPECT_EQ(record->cases[2].outcome, Outcome::no_verdict);
  EXPECT_EQ(scenario::exit_code(*record), 1);
}

TEST_F(JournalTest, ALineThatWasCutOffSaysNothing) {
  {
    auto journal = Journal::open(path_, run_);
    ASSERT_TRUE(journal && journal->add(0, run_.cases[0]) && journal->add(1, run_.cases[1]));
  }
  std::filesystem::resize_file(partial_, std::filesystem::file_size(partial_) - 20);
  const auto record = read_run(path_);
  ASSERT_TRUE(record) << record.error();
  EXPECT_EQ(record->cases[0].outcome, Outcome::pass);
  EXPECT_EQ(record->cases[1].outcome, Outcome::no_verdict);
}

TEST_F(JournalTest, ADamagedLineIsAnErrorThatSaysWhere) {
  {
    ASSERT_TRUE(Journal::open(path_, run_));
  }
  std::ofstream(partial_) << "{\"index\":0}\n";
  const auto record = read_run(path_);
  ASSERT_FALSE(record);
  EXPECT_THAT(record.error(), AllOf(HasSubstr("run.json.partial:1: "), HasSubstr("\"id\" is missing")));
}

TEST_F(JournalTest, AFinishedRunIsOneFile) {
  auto journal = Journal::open(path_, run_);
  ASSERT_TRUE(journal && journal->add(0, run_.cases[0]));
  const auto done = journal->finish(run_);
  ASSERT_TRUE(done) << done.error();
  EXPECT_EQ(files(), 1u);
  const auto record = read_run(path_);
  ASSERT_TRUE(record) << record.error();
  EXPECT_EQ(record->stopped, "");
  EXPECT_EQ(record->cases[1].outcome, Outcome::fail);
}

TEST_F(JournalTest, ANewRunTakesNothingFromAnOldOne) {
  {
    auto old = Journal::open(path_, run_);
    ASSERT_TRUE(old && old->add(0, run_.cases[0]));
  }
  const auto journal = Journal::open(path_, run_);
  ASSERT_TRUE(journal) << journal.error();
  EXPECT_EQ(read_run(path_)->cases[0].outcome, Outcome::no_verdict);
}

TEST_F(JournalTest, TwoRunsCannotWriteToOnePlace) {
  auto first = Journal::open(path_, run_);
  ASSERT_TRUE(first);
  const auto second = Journal::open(path_, run_);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error(), AllOf(HasSubstr("another run is writing here"), HasSubstr("--json")));
  ASSERT_TRUE(first->finish(run_));
  EXPECT_TRUE(Journal::open(path_, run_));
}

TEST_F(JournalTest, AFolderThatCannotBeWrittenIsAnErrorWithARemedy) {
  for (const std::string path : {"/proc/run.json", "/nowhere/run.json"}) {
    const auto journal = Journal::open(path, run_);
    ASSERT_FALSE(journal) << path;
    EXPECT_THAT(journal.error(), AllOf(HasSubstr(path), HasSubstr("--json"))) << path;
  }
}

TEST_F(JournalTest, DevicesAndFoldersAreNotReplaced) {
  for (const std::string& path : {std::string("/dev/null"), folder_}) {
    const auto journal = Journal::open(path, run_);
    ASSERT_FALSE(journal) << path;
    EXPECT_THAT(journal.error(), HasSubstr("is no file"));
  }
  EXPECT_EQ(files(), 0u);
}

TEST_F(JournalTest, ReadingWhatIsNoRunNamesTheFile) {
  EXPECT_THAT(read_run(path_).error(), AllOf(HasSubstr("run.json"), HasSubstr("cannot be read")));
  std::ofstream(path_) << "{}";
  EXPECT_THAT(read_run(path_).error(), AllOf(HasSubstr("run.json: "), HasSubstr("\"schema\" is missing")));
}

}  // namespace
}  // namespace report
