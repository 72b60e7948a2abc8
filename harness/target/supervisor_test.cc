#include "harness/target/supervisor.h"

#include <gmock/gmock.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fstream>

#include "harness/target/peers/loopback.h"
#include "harness/target/peers/server_process.h"

namespace target {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

using Done = std::expected<void, std::string>;

Done done(transport::Awaitable<Done> work) {
  boost::asio::io_context context(1);
  Done result = std::unexpected("never done");
  boost::asio::co_spawn(context, std::move(work), [&](const std::exception_ptr& failure, Done end) {
    if (!failure) result = std::move(end);
  });
  context.run();
  return result;
}

// A target whose health is a file, since nobody listens here.
class SupervisorTest : public testing::Test {
 protected:
  TargetFile file(const std::string& start) const {
    TargetFile file;
    file.path = folder_.path() / "server.xml";
    file.address.host = "127.0.0.1";
    file.address.port = port_.number();
    file.start = start;
    file.health = "test -e up";
    file.time_to_start = 20s;
    file.crash_signs.assign(crash_signs.begin(), crash_signs.end());
    return file;
  }
  std::filesystem::path path(const char* name) const { return folder_.path() / name; }
  static std::string news_of(Supervisor& supervisor) {
    std::string news;
    for (int i = 0; i < 1000 && news.empty(); ++i) {
      news = supervisor.noticed();
      poll(nullptr, 0, 5);
    }
    return news;
  }

  peers::ReservedPort port_;
  peers::Folder folder_;
};

TEST_F(SupervisorTest, StartsAndStops) {
  pid_t pid = 0;
  {
    Supervisor supervisor(file("echo $$ > pid; touch up; exec sleep 300"));
    const Done started = done(supervisor.start());
    ASSERT_TRUE(started) << started.error();
    EXPECT_EQ(supervisor.noticed(), "");
    std::ifstream(path("pid")) >> pid;
    EXPECT_EQ(kill(pid, 0), 0);
  }
  EXPECT_NE(kill(pid, 0), 0);
}

TEST_F(SupervisorTest, NoticesTheEndOfTheProcessAndStartsItAgain) {
  Supervisor supervisor(file("echo $$ > pid; touch up; exec sleep 300"));
  ASSERT_TRUE(done(supervisor.start()));
  pid_t pid = 0;
  std::ifstream(path("pid")) >> pid;
  kill(pid, SIGSEGV);
  EXPECT_EQ(news_of(supervisor), "its process ended with signal 11 (Segmentation fault)");
  EXPECT_EQ(supervisor.noticed(), "") << "each thing is told once";
  ASSERT_TRUE(done(supervisor.restart()));
  EXPECT_EQ(supervisor.noticed(), "");
}

TEST_F(SupervisorTest, NoticesAPidThatIsGoneAndLinesOfLogs) {
  TargetFile given = file("");
  given.pid = path("pid");
  given.logs = {path("server.log")};
  const pid_t child = fork();
  if (child == 0) {
    poll(nullptr, 0, 60000);
    _exit(0);
  }
  std::ofstream(path("pid")) << child << '\n';
  Supervisor supervisor(given);
  ASSERT_TRUE(done(supervisor.start()));
  EXPECT_EQ(supervisor.noticed(), "");
  std::ofstream(path("server.log")) << "PANIC: x\n";
  EXPECT_EQ(supervisor.noticed(), "server.log says \"PANIC: x\"");
  kill(child, SIGKILL);
  EXPECT_EQ(news_of(supervisor), "process " + std::to_string(child) + " is gone");
  EXPECT_FALSE(supervisor.can_restart());
  waitpid(child, nullptr, 0);
}

TEST_F(SupervisorTest, WhatItPrintsIsWatchedToo) {
  Supervisor supervisor(
      file("touch up; while [ ! -e go ]; do sleep 0.02; done; echo 'BUG: 1'; exec sleep 300"));
  ASSERT_TRUE(done(supervisor.start()));
  std::ofstream(path("go")) << "";
  EXPECT_EQ(news_of(supervisor), "the output of the start command says \"BUG: 1\"");
}

TEST_F(SupervisorTest, SaysWhyATargetDidNotComeUp) {
  Supervisor fails(file("echo no such port; exit 3"));
  EXPECT_EQ(done(fails.start()).error(),
            "the start command ended with exit code 3; it printed: no such port");

  TargetFile hangs = file("exec sleep 300");
  hangs.time_to_start = 200ms;
  Supervisor hanging(hangs);
  EXPECT_THAT(done(hanging.start()).error(),
              HasSubstr("the health command ends with exit code 1, 200ms after"));

  hangs.health.clear();
  Supervisor deaf(hangs);
  EXPECT_THAT(done(deaf.start()).error(), HasSubstr("does not answer, 200ms after its start"));

  TargetFile nobody = file("");
  nobody.pid = path("absent.pid");
  Supervisor absent(nobody);
  EXPECT_THAT(done(absent.start()).error(), HasSubstr("absent.pid names no process that runs"));
}

TEST_F(SupervisorTest, StartsAgainSoManyTimesAndNoMore) {
  Supervisor supervisor(file("touch up; exec sleep 300"));
  ASSERT_TRUE(done(supervisor.start()));
  for (unsigned i = 0; i < Supervisor::most_restarts; ++i) ASSERT_TRUE(done(supervisor.restart()));
  EXPECT_EQ(done(supervisor.restart()).error(), "it has been started again 20 times already");
}

}  // namespace
}  // namespace target
