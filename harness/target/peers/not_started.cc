#include "harness/target/peers/not_started.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string_view>

namespace target::peers {

void cannot_run(const NotStarted& why) {
  using Why = NotStarted::Why;
  const char* required = std::getenv("SMBSPEC_REQUIRE_PEERS");
  const bool may_be_absent = required == nullptr || required != std::string_view("1");
  if (why.why == Why::failed || (why.why == Why::absent && !may_be_absent)) FAIL() << why.reason;
  GTEST_SKIP() << why.reason;
}

}  // namespace target::peers
