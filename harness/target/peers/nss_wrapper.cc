#include "harness/target/peers/nss_wrapper.h"

#include "harness/target/peers/server_process.h"

namespace target::peers {

// The loader says so on stderr when there is no such library, and goes on without it.
std::optional<NotStarted> nss_wrapper_missing() {
  std::vector<std::string> command = under_nss_wrapper({});
  command.push_back(find_program("true"));
  if (run_to_end(command, "", std::chrono::seconds(10)).output.empty()) return {};
  return NotStarted{NotStarted::Why::absent, "nss_wrapper is not installed (Debian: libnss-wrapper)"};
}

std::vector<std::string> under_nss_wrapper(const std::vector<std::string>& variables) {
  std::vector<std::string> command = {find_program("env"), "LD_PRELOAD=libnss_wrapper.so"};
  command.insert(command.end(), variables.begin(), variables.end());
  return command;
}

}  // namespace target::peers
