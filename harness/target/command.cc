#include "harness/target/command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace target {
namespace {

constexpr int grace = 2000;           // ms between SIGTERM and SIGKILL
constexpr int between_kills = 10;     // ms
constexpr int most_kills = 300;       // rounds; what is left then hangs in the kernel
constexpr int last_patience = 10000;  // ms, for the guardian itself

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

// The guardian is forked from a process that may have many threads, and never calls exec: it does only what
// a signal handler may do.
class Guardian {
 public:
  Guardian(int control, int output) : control_(control), output_(output) {}

  [[noreturn]] void run(char* const* command, const char* folder) {
    setsid();  // away from the terminal and its signals
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    forget_descriptors();
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGUSR1, SIGUSR2})
      signal(number, SIG_IGN);
    signal(SIGCHLD, SIG_DFL);
    sigset_t children;
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    sigprocmask(SIG_SETMASK, &children, nullptr);
    events_ = signalfd(-1, &children, SFD_NONBLOCK | SFD_CLOEXEC);
    command_ = fork();
    if (command_ == 0) become(command, folder);
    while (!released()) reap();
    end_all();
    _exit(0);
  }

 private:
  // A connection of the parent that stayed open here would never end for its peer.
  void forget_descriptors() const {
    const auto low = static_cast<unsigned>(std::min(control_, output_));
    const auto high = static_cast<unsigned>(std::max(control_, output_));
    if (low > 3) close_range(3, low - 1, 0);
    if (high > low + 1) close_range(low + 1, high - 1, 0);
    close_range(high + 1, ~0U, 0);
  }

  [[noreturn]] void become(char* const* command, const char* folder) const {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (int number = 1; number < NSIG; ++number) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    dup2(nothing, STDIN_FILENO);
    dup2(output_, STDOUT_FILENO);
    dup2(output_, STDERR_FILENO);
    close(output_);
    if (chdir(folder) == 0) execv(command[0], command);
    _exit(127);
  }

  // Waits until a child has ended or the parent has let go.
  bool released() const {
    pollfd waited[] = {{.fd = control_, .events = POLLIN, .revents = 0},
                       {.fd = events_, .events = POLLIN, .revents = 0}};
    return poll(waited, 2, -1) > 0 && waited[0].revents != 0;
  }

  // False when there are no children left.
  bool reap() const {
    signalfd_siginfo unused;
    while (read(events_, &unused, sizeof unused) > 0) {
    }
    int status = 0;
    pid_t pid = 0;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
      if (pid == command_) send(control_, &status, sizeof status, MSG_NOSIGNAL);
    }
    return pid == 0;
  }

  // To its children and their groups. What they leave behind becomes a child in turn.
  static void signal_all(int number) {
    const int list = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
    char piece[1024];
    pid_t pid = 0;
    const auto one = [&] {
      if (pid == 0) return;
      const pid_t group = getpgid(pid);
      kill(group > 0 && group != getpgrp() ? -group : pid, number);
      pid = 0;
    };
    for (ssize_t got = 0; (got = read(list, piece, sizeof piece)) > 0;) {
      for (ssize_t i = 0; i < got; ++i) {
        if (piece[i] >= '0' && piece[i] <= '9') {
          pid = pid * 10 + (piece[i] - '0');
        } else {
          one();
        }
      }
    }
    one();
    close(list);
  }

  void end_all() const {
    signal_all(SIGTERM);
    timespec start;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (int spent = 0; spent < grace;) {
      if (!reap()) return;
      pollfd child{.fd = events_, .events = POLLIN, .revents = 0};
      poll(&child, 1, grace - spent);
      timespec now;
      clock_gettime(CLOCK_MONOTONIC, &now);
      spent = static_cast<int>((now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000);
    }
    for (int i = 0; i < most_kills && reap(); ++i) {
      signal_all(SIGKILL);
      poll(nullptr, 0, between_kills);
    }
  }

  int control_;
  int output_;
  int events_ = -1;
  pid_t command_ = -1;
};

}  // namespace

Command::Command(const std::string& text, const std::filesystem::path& folder, const Descriptor& output) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) fail("socketpair");
  control_ = Descriptor(ends[0]);
  const Descriptor theirs(ends[1]);
  std::string words[] = {"/bin/sh", "-c", text};
  char* const command[] = {words[0].data(), words[1].data(), words[2].data(), nullptr};
  guardian_ = fork();
  if (guardian_ < 0) fail("fork");
  if (guardian_ == 0) Guardian(theirs.get(), output.get()).run(command, folder.c_str());
  // By its number: glibc 2.36 declares pidfd_open for C only.
  process_ = Descriptor(static_cast<int>(syscall(SYS_pidfd_open, guardian_, 0)));
}

Command::Command(Command&& other) noexcept
    : control_(std::move(other.control_)),
      process_(std::move(other.process_)),
      guardian_(std::exchange(other.guardian_, -1)),
      status_(other.status_) {}

Command& Command::operator=(Command&& other) noexcept {
  std::swap(control_, other.control_);
  std::swap(process_, other.process_);
  std::swap(guardian_, other.guardian_);
  std::swap(status_, other.status_);
  return *this;
}

std::optional<int> Command::ended() {
  int status = 0;
  if (!status_ && control_) {
    const ssize_t got = recv(control_.get(), &status, sizeof status, MSG_DONTWAIT);
    if (got == sizeof status) status_ = status;
    if (got == 0) status_ = SIGKILL;  // the guardian is gone, and all with it
  }
  return status_;
}

void Command::stop() {
  if (guardian_ <= 0) return;
  ended();
  control_.close();
  pollfd over{.fd = process_.get(), .events = POLLIN, .revents = 0};
  if (poll(&over, 1, last_patience) <= 0) kill(guardian_, SIGKILL);
  waitpid(std::exchange(guardian_, -1), nullptr, 0);
  process_.close();
}

std::string how_ended(int status) {
  if (WIFEXITED(status)) return fmt::format("exit code {}", WEXITSTATUS(status));
  return fmt::format("signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)));
}

}  // namespace target
