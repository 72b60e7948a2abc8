// The process behind a target, as a target file tells of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/scenario/supervision.h"
#include "harness/target/command.h"
#include "harness/target/log_watch.h"
#include "harness/target/target_file.h"

namespace target {

class Supervisor : public scenario::Supervision {
 public:
  static constexpr unsigned most_restarts = 20;

  explicit Supervisor(TargetFile file);
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;
  ~Supervisor() override;  // stops what it has started

  // Starts the target where the file says how, and waits until it is up; looks for its process where the
  // file has a number of one. The error says what went wrong, with the end of what the target printed.
  transport::Awaitable<std::expected<void, std::string>> start();

  std::string noticed() override;
  bool can_restart() const override { return !file_.start.empty(); }
  transport::Awaitable<std::expected<void, std::string>> restart() override;

 private:
  using Done = std::expected<void, std::string>;

  // A process that is not mistaken for a later one of the same number.
  struct Process {
    pid_t pid = 0;
    std::string started;  // as /proc has it
    bool operator==(const Process&) const = default;
  };

  std::vector<Address> addresses() const;
  transport::Awaitable<bool> answers_at(Address address);
  // What is missing; "" when it is up.
  transport::Awaitable<std::string> missing();
  transport::Awaitable<std::string> unhealthy();
  transport::Awaitable<Done> bring_up();
  void take_down();
  void watch();
  std::string last_words() const;
  std::optional<Process> process() const;
  std::string news_of_process();

  TargetFile file_;
  Descriptor output_;  // of all commands, a file without a name
  std::optional<Command> server_;
  bool in_foreground_ = false;  // its end is the server's
  std::optional<Process> process_;
  std::vector<std::pair<std::string, LogWatch>> logs_;  // by what they are called
  unsigned restarts_ = 0;
};

}  // namespace target
