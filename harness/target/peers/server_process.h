// A server program that a test starts and that does not outlive it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "harness/target/descriptor.h"

namespace target::peers {

// A folder of one instance, removed with all in it.
class Folder {
 public:
  Folder();
  Folder(Folder&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
  Folder& operator=(Folder&& other) noexcept {
    path_.swap(other.path_);
    return *this;
  }
  ~Folder();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Where a program is, in PATH or the folders of administrators' programs; empty when it is not installed.
std::filesystem::path find_program(const std::string& name);

// How a program ended, and what it printed on both streams.
struct ProgramEnd {
  int code = -1;  // its exit code; -1 when a signal ended it
  bool in_time = false;
  std::string output;
};

// Runs a program to its end, with `input` on its stdin; kills it, with its process group, when it takes
// longer than `patience`. `input` is short: it has to fit into a pipe.
ProgramEnd run_to_end(const std::vector<std::string>& command, const std::string& input,
                      std::chrono::milliseconds patience);

// The same for programs that have to succeed; the error is for people.
std::expected<void, std::string> run_program(const std::vector<std::string>& command,
                                             const std::string& input = "",
                                             std::chrono::milliseconds patience = std::chrono::seconds(10));

// Leads a process group of its own, writes to `log`, and ends when the thread that started it does, however
// that came about: it is sent SIGTERM, and its stdin, a pipe from here, ends.
class ServerProcess {
 public:
  ServerProcess(const std::vector<std::string>& command, std::filesystem::path log);
  ServerProcess(ServerProcess&& other) noexcept;
  ServerProcess& operator=(ServerProcess&& other) noexcept;
  // Stops the whole group. When the current test has failed it prints the log first.
  ~ServerProcess();

  pid_t pid() const { return pid_; }
  const std::filesystem::path& log() const { return log_; }
  // False when the process ended first, or when it took too long.
  bool wait_until(const std::function<bool()>& holds,
                  std::chrono::milliseconds patience = std::chrono::seconds(5));
  bool wait_until_listening(std::uint16_t port, std::chrono::milliseconds patience = std::chrono::seconds(5));
  // SIGTERM to the group, then SIGKILL to what is left of it; waits for every member.
  void stop();

 private:
  pid_t pid_ = -1;
  Descriptor process_;  // a pidfd, readable once the process has ended
  Descriptor stdin_;
  std::filesystem::path log_;
};

std::string text_of(const std::filesystem::path& file);

}  // namespace target::peers
