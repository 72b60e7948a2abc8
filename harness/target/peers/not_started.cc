#include "harness/target/peers/not_started.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string_view>

namespace target::peers {

void cannot_run(const NotStarted& why) {
  const char* required = std::getenv("SMBSPEC_REQUIRE_PEERS");
  if (why.why == NotStarted::Why::failed || (required != nullptr && required == std::string_view("1"))) {
    FAIL() << why.reason;
  }
  GTEST_SKIP() << why.reason;
}

}  // namespace target::peers
