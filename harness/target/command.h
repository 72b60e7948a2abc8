// A shell command out of a target file, with everything it starts.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

#include "harness/target/descriptor.h"

namespace target {

// Runs under a guardian, a process that ends whatever the command left running, daemons too, as soon as this
// object or this process has ended, however that came about.
class Command {
 public:
  // `/bin/sh -c text` in `folder`, in a process group of its own. stdin is empty; what it prints goes to
  // `output`. Throws std::system_error where the system has no process for it.
  Command(const std::string& text, const std::filesystem::path& folder, const Descriptor& output);
  Command(Command&& other) noexcept;
  Command& operator=(Command&& other) noexcept;
  ~Command() { stop(); }

  // How the shell ended, as waitpid(2) tells it; nothing while it runs. What it has started may still run.
  std::optional<int> ended();
  // SIGTERM for all that is left, SIGKILL two seconds later.
  void stop();

 private:
  Descriptor control_;  // the guardian ends when this end is closed
  Descriptor process_;  // the guardian's pidfd
  pid_t guardian_ = -1;
  std::optional<int> status_;
};

// "exit code 3", "signal 11 (Segmentation fault)".
std::string how_ended(int status);

}  // namespace target
