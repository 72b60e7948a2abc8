#include "harness/cli/end_to_end/smbspec_process.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <ostream>
#include <system_error>

namespace cli::end_to_end {
namespace {

using std::chrono::milliseconds;
using target::Descriptor;
using Clock = std::chrono::steady_clock;

constexpr milliseconds between_looks{5};

int checked(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

// A file in memory takes any amount of output, whoever reads it when.
Descriptor capture(const char* name) {
  return Descriptor(checked(memfd_create(name, MFD_CLOEXEC), "memfd_create"));
}

std::string contents(const Descriptor& file) {
  std::string text;
  char piece[1 << 14];
  ssize_t got = 0;
  while ((got = pread(file.get(), piece, sizeof piece, static_cast<off_t>(text.size()))) > 0)
    text.append(piece, static_cast<std::size_t>(got));
  return text;
}

// Ours, with what a user's surroundings may hold taken out and what finds faults put in.
std::vector<std::string> variables(const Environment& further) {
  Environment set = {{"ASAN_OPTIONS", fmt::format("exitcode={}", sanitizer_code)},
                     {"UBSAN_OPTIONS", fmt::format("exitcode={}:print_stacktrace=1", sanitizer_code)},
                     {"LSAN_OPTIONS", fmt::format("exitcode={}", sanitizer_code)},
                     {"SMBSPEC_PASSWORD", ""}};
  for (const auto& [name, value] : further)
    std::erase_if(set, [&](const auto& one) { return one.first == name; });
  set.insert(set.end(), further.begin(), further.end());
  std::vector<std::string> result;
  for (char** at = environ; *at != nullptr; ++at) {
    const std::string_view entry = *at;
    const bool replaced =
        std::ranges::any_of(set, [&](const auto& one) { return entry.starts_with(one.first + "="); });
    if (!replaced) result.emplace_back(entry);
  }
  for (const auto& [name, value] : set) {
    if (!value.empty()) result.push_back(name + "=" + value);
  }
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> result;
  for (std::string& word : words) result.push_back(word.data());
  result.push_back(nullptr);
  return result;
}

// Between fork and exec only what is safe in a process with one of the parent's many threads.
pid_t spawn(std::vector<std::string> command, std::vector<std::string> environment, int out, int err) {
  const auto arguments = pointers(command);
  const auto values = pointers(environment);
  const pid_t pid = checked(fork(), "fork");
  if (pid == 0) {
    setpgid(0, 0);  // a Ctrl-C meant for the tests is not one of a test
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execve(arguments[0], arguments.data(), values.data());
    _exit(127);
  }
  return pid;
}

bool ends_within(const Descriptor& process, milliseconds time) {
  pollfd wanted{.fd = process.get(), .events = POLLIN, .revents = 0};
  return poll(&wanted, 1, static_cast<int>(time.count())) > 0;
}

}  // namespace

void PrintTo(const Ended& ended, std::ostream* out) {
  *out << fmt::format("exit code {}, signal {}\nstdout:\n{}\nstderr:\n{}", ended.code, ended.signal,
                      ended.out, ended.err);
}

std::ostream& operator<<(std::ostream& out, const Ended& ended) {
  PrintTo(ended, &out);
  return out;
}

SmbspecProcess::SmbspecProcess(const Arguments& arguments, const Environment& environment)
    : command_(fmt::format("smbspec {}", fmt::join(arguments, " "))),
      out_(capture("stdout")),
      err_(capture("stderr")) {
  std::vector<std::string> command = {SMBSPEC_BINARY};
  command.insert(command.end(), arguments.begin(), arguments.end());
  pid_ = spawn(std::move(command), variables(environment), out_.get(), err_.get());
  // By its number: glibc 2.36 declares pidfd_open for C only.
  process_ = Descriptor(checked(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)), "pidfd_open"));
}

SmbspecProcess::~SmbspecProcess() {
  if (!process_) return;
  signal(SIGKILL);
  waitpid(pid_, nullptr, 0);
}

std::string SmbspecProcess::out() const { return contents(out_); }

void SmbspecProcess::signal(int number) { kill(pid_, number); }

Ended SmbspecProcess::wait(milliseconds time) {
  const bool in_time = ends_within(process_, time);
  if (!in_time) signal(SIGKILL);
  int status = 0;
  waitpid(pid_, &status, 0);
  process_.close();
  const Ended result = ended(status);
  if (!in_time) ADD_FAILURE() << command_ << " took longer than " << time.count() << " ms\n" << result;
  EXPECT_NE(result.code, sanitizer_code) << command_ << '\n' << result;
  EXPECT_NE(result.code, 127) << SMBSPEC_BINARY << " cannot be started";
  return result;
}

Ended SmbspecProcess::ended(int status) const {
  Ended result{.out = contents(out_), .err = contents(err_)};
  if (WIFEXITED(status)) result.code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  return result;
}

Ended smbspec(const Arguments& arguments, const Environment& environment, milliseconds time) {
  return SmbspecProcess(arguments, environment).wait(time);
}

ServedReference::ServedReference(Arguments settings)
    : process_([&] {
        settings.insert(settings.begin(), "serve");
        return SmbspecProcess(settings);
      }()) {
  constexpr std::string_view before = "serving on smb://127.0.0.1:";
  const auto started = [&] {
    const std::string text = process_.out();
    if (!text.starts_with(before) || !text.ends_with('\n')) return false;
    std::from_chars(text.data() + before.size(), text.data() + text.size(), port_);
    return port_ != 0;
  };
  if (!eventually(started)) ADD_FAILURE() << "smbspec serve did not come up: " << process_.out();
}

std::string ServedReference::url() const { return loopback_url(port_); }

bool eventually(const std::function<bool()>& holds, milliseconds time) {
  for (const auto deadline = Clock::now() + time; Clock::now() < deadline;) {
    if (holds()) return true;
    poll(nullptr, 0, static_cast<int>(between_looks.count()));
  }
  return holds();
}

std::string loopback_url(std::uint16_t port) { return fmt::format("smb://127.0.0.1:{}", port); }

}  // namespace cli::end_to_end
