// The built smbspec as a process of its own.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

#include "harness/target/descriptor.h"

namespace cli::end_to_end {

using Arguments = std::vector<std::string>;
using Environment = std::vector<std::pair<std::string, std::string>>;

// What it left behind. A sanitizer that finds something ends it with this code, which is no class of
// smbspec's.
inline constexpr int sanitizer_code = 86;

struct Ended {
  std::string out;
  std::string err;
  int code = -1;   // its exit code; -1 when a signal ended it
  int signal = 0;  // that signal
};

void PrintTo(const Ended& ended, std::ostream* out);
std::ostream& operator<<(std::ostream& out, const Ended& ended);

// Longer than anything here takes on a busy machine with sanitizers, shorter than the test's own deadline.
inline constexpr std::chrono::seconds patience{90};

class SmbspecProcess {
 public:
  // $SMBSPEC_PASSWORD is unset unless `environment` sets it.
  explicit SmbspecProcess(const Arguments& arguments, const Environment& environment = {});
  SmbspecProcess(SmbspecProcess&&) = default;
  SmbspecProcess& operator=(SmbspecProcess&&) = delete;
  ~SmbspecProcess();  // kills it when it still runs

  // What it has printed so far.
  std::string out() const;
  void signal(int number);
  // Waits for its end. One that takes longer is killed, and the test fails.
  Ended wait(std::chrono::milliseconds patience = end_to_end::patience);

 private:
  Ended ended(int status) const;

  std::string command_;
  target::Descriptor out_;
  target::Descriptor err_;
  target::Descriptor process_;  // a pidfd, readable once the process has ended
  pid_t pid_;
};

// Runs it to its end.
Ended smbspec(const Arguments& arguments, const Environment& environment = {},
              std::chrono::milliseconds patience = end_to_end::patience);

// `smbspec serve` on a free port, for as long as this lives.
class ServedReference {
 public:
  explicit ServedReference(Arguments settings = {});
  std::uint16_t port() const { return port_; }
  std::string url() const;

 private:
  SmbspecProcess process_;
  std::uint16_t port_ = 0;
};

// Asks again and again whether `holds` until it does; false when it never did.
bool eventually(const std::function<bool()>& holds,
                std::chrono::milliseconds patience = std::chrono::seconds(30));

std::string loopback_url(std::uint16_t port);

}  // namespace cli::end_to_end
