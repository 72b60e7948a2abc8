#include "harness/target/command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <fstream>
#include <functional>

#include "harness/target/peers/server_process.h"

namespace target {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

bool eventually(const std::function<bool()>& holds, std::chrono::milliseconds patience = 10s) {
  for (const auto end = Clock::now() + patience; Clock::now() < end;) {
    if (holds()) return true;
    poll(nullptr, 0, 5);
  }
  return holds();
}

class CommandTest : public testing::Test {
 protected:
  std::filesystem::path path(const char* name) const { return folder_.path() / name; }
  Command run(const std::string& text) const { return Command(text, folder_.path(), output_); }
  int status_of(Command command) const {
    EXPECT_TRUE(eventually([&] { return command.ended().has_value(); }));
    return command.ended().value_or(-1);
  }
  // Written by a command into a file of that name.
  pid_t pid_in(const char* name) const {
    pid_t pid = 0;
    EXPECT_TRUE(eventually([&] { return bool(std::ifstream(path(name)) >> pid); })) << name;
    return pid;
  }
  static bool runs(pid_t pid) { return kill(pid, 0) == 0; }

  peers::Folder folder_;
  Descriptor output_{
      open((folder_.path() / "output").c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600)};
};

TEST_F(CommandTest, TellsHowItEnded) {
  EXPECT_EQ(how_ended(status_of(run("exit 3"))), "exit code 3");
  EXPECT_EQ(how_ended(status_of(run("kill -SEGV $$"))), "signal 11 (Segmentation fault)");
  EXPECT_EQ(status_of(run("true")), 0);
  EXPECT_FALSE(run("sleep 60").ended());
}

TEST_F(CommandTest, RunsInItsFolderWithEmptyInputAndAGroupOfItsOwn) {
  EXPECT_EQ(status_of(run("pwd; cat; ps -o pgid= -p $$ > group; echo $$ > pid; echo wrong >&2")), 0);
  EXPECT_EQ(peers::text_of(path("output")), folder_.path().string() + "\nwrong\n");
  EXPECT_EQ(pid_in("group"), pid_in("pid"));
}

TEST_F(CommandTest, LeavesNothingBehind) {
  pid_t daemon = 0;
  pid_t child = 0;
  {
    const Command command =
        run("(setsid sh -c 'echo $$ > daemon; exec sleep 300' &) ; sleep 300 & echo $! > child; wait");
    daemon = pid_in("daemon");
    child = pid_in("child");
    EXPECT_TRUE(runs(daemon) && runs(child));
  }
  EXPECT_FALSE(runs(daemon));
  EXPECT_FALSE(runs(child));
}

TEST_F(CommandTest, KillsWhatDoesNotListen) {
  pid_t deaf = 0;
  const auto start = Clock::now();
  {
    const Command command = run("trap '' TERM; echo $$ > deaf; while true; do sleep 1; done");
    deaf = pid_in("deaf");
  }
  EXPECT_FALSE(runs(deaf));
  EXPECT_LT(Clock::now() - start, 30s);
}

TEST_F(CommandTest, OfAServerThatLeftTheForegroundTheEndIsTold) {
  Command command = run("setsid sh -c 'echo $$ > daemon; exec sleep 300' & sleep 0.1");
  EXPECT_TRUE(eventually([&] { return command.ended() == 0; }));
  const pid_t daemon = pid_in("daemon");
  EXPECT_TRUE(runs(daemon)) << "it lives on as long as the command";
  command.stop();
  EXPECT_FALSE(runs(daemon));
}

// The process that started it is killed and has no time for anything.
TEST_F(CommandTest, EndsWithTheProcessThatStartedItHoweverThatEnded) {
  const pid_t starter = fork();
  if (starter == 0) {
    const Command command = run("trap '' HUP INT; echo $$ > server; sleep 300");
    poll(nullptr, 0, 60000);
    _exit(0);
  }
  const pid_t server = pid_in("server");
  kill(starter, SIGKILL);
  waitpid(starter, nullptr, 0);
  EXPECT_TRUE(eventually([&] { return !runs(server); }));
}

TEST_F(CommandTest, HoldsNoConnectionOpen) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  Descriptor read_end(ends[0]);
  Descriptor write_end(ends[1]);
  const Command command = run("sleep 300");
  write_end.close();
  pollfd over{.fd = read_end.get(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(poll(&over, 1, 10000), 1) << "the guardian keeps a descriptor of its parent";
}

}  // namespace
}  // namespace target
