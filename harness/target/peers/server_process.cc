#include "harness/target/peers/server_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <system_error>

#include "harness/target/peers/loopback.h"

namespace target::peers {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds between_tries{10};

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

struct Pipe {
  Pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) fail("pipe2");
    read = Descriptor(ends[0]);
    write = Descriptor(ends[1]);
  }
  Descriptor read;
  Descriptor write;
};

// Between fork and exec only what is safe in a process with one of the parent's many threads.
pid_t spawn(const std::vector<std::string>& command, int in, int out) {
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const pid_t pid = fork();
  if (pid < 0) fail("fork");
  if (pid == 0) {
    setpgid(0, 0);
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  setpgid(pid, pid);  // here too, whoever comes first
  return pid;
}

// By its number: glibc 2.36 declares pidfd_open for C only.
Descriptor process_descriptor(pid_t pid) {
  return Descriptor(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
}

bool readable(const Descriptor& descriptor, milliseconds patience) {
  pollfd wanted{.fd = descriptor.get(), .events = POLLIN, .revents = 0};
  return poll(&wanted, 1, static_cast<int>(patience.count())) > 0;
}

// Reaps the members of a process group until none is left or the time is over.
bool group_ends(pid_t group, milliseconds patience) {
  for (const auto deadline = Clock::now() + patience;;) {
    if (waitpid(-group, nullptr, WNOHANG) > 0) continue;
    if (kill(-group, 0) < 0) return true;
    if (Clock::now() > deadline) return false;
    poll(nullptr, 0, static_cast<int>(between_tries.count()));
  }
}

}  // namespace

Folder::Folder() {
  std::string name = std::filesystem::temp_directory_path() / "smbspec-peer-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) fail("mkdtemp");
  path_ = name;
}

Folder::~Folder() {
  if (path_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path find_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(std::string(path != nullptr ? path : "") + ":/usr/sbin:/usr/bin:/sbin:/bin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const auto candidate = std::filesystem::path(folder) / name;
    if (candidate.is_absolute() && access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

ProgramEnd run_to_end(const std::vector<std::string>& command, const std::string& input,
                      milliseconds patience) {
  const Folder folder;
  const auto log = folder.path() / "output";
  const Descriptor output(open(log.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  Pipe stdin_pipe;
  if (write(stdin_pipe.write.get(), input.data(), input.size()) < 0) fail("write");
  stdin_pipe.write.close();
  const pid_t pid = spawn(command, stdin_pipe.read.get(), output.get());
  const Descriptor process = process_descriptor(pid);
  const bool in_time = readable(process, patience);
  if (!in_time) kill(-pid, SIGKILL);
  int status = 0;
  waitpid(pid, &status, 0);
  return {.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1, .in_time = in_time, .output = text_of(log)};
}

std::expected<void, std::string> run_program(const std::vector<std::string>& command,
                                             const std::string& input, milliseconds patience) {
  const ProgramEnd end = run_to_end(command, input, patience);
  if (end.in_time && end.code == 0) return {};
  return std::unexpected(command[0] + (end.in_time ? " failed: " : " took too long: ") + end.output);
}

ServerProcess::ServerProcess(const std::vector<std::string>& command, std::filesystem::path log)
    : log_(std::move(log)) {
  // smbd forks; its children come to us when it ends, so that stop() can wait for them too.
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  Pipe stdin_pipe;
  const Descriptor output(open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!output) fail(log_.c_str());
  pid_ = spawn(command, stdin_pipe.read.get(), output.get());
  process_ = process_descriptor(pid_);
  stdin_ = std::move(stdin_pipe.write);
}

ServerProcess::ServerProcess(ServerProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      process_(std::move(other.process_)),
      stdin_(std::move(other.stdin_)),
      log_(std::move(other.log_)) {}

ServerProcess& ServerProcess::operator=(ServerProcess&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(process_, other.process_);
  std::swap(stdin_, other.stdin_);
  std::swap(log_, other.log_);
  return *this;
}

ServerProcess::~ServerProcess() {
  if (pid_ > 0 && testing::Test::HasFailure()) std::cerr << log_.string() << ":\n" << text_of(log_) << '\n';
  stop();
}

bool ServerProcess::wait_until(const std::function<bool()>& holds, milliseconds patience) {
  for (const auto deadline = Clock::now() + patience; Clock::now() < deadline;) {
    if (holds()) return true;
    if (readable(process_, between_tries)) return false;  // it ended
  }
  return false;
}

bool ServerProcess::wait_until_listening(std::uint16_t port, milliseconds patience) {
  return wait_until([&] { return static_cast<bool>(connect_to(port)); }, patience);
}

void ServerProcess::stop() {
  if (pid_ <= 0) return;
  const pid_t group = std::exchange(pid_, -1);
  kill(-group, SIGTERM);
  if (group_ends(group, std::chrono::seconds(5))) return;
  kill(-group, SIGKILL);
  group_ends(group, std::chrono::seconds(5));
}

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

}  // namespace target::peers
