// The process behind a target, in whatever hands it is: what shows of it beside its answers.
#pragma once

#include <expected>
#include <string>

#include "harness/transport/stream.h"

namespace scenario {

class Supervision {
 public:
  virtual ~Supervision() = default;

  // What has shown since it was last asked that means a crash, in words: "process 4711 is gone". "" when
  // nothing has. Each thing is told once.
  virtual std::string noticed() = 0;

  // Whether the target can be started again.
  virtual bool can_restart() const = 0;

  // Ends what is left of the target and starts it; it is up then. The error says why it is not.
  virtual transport::Awaitable<std::expected<void, std::string>> restart() = 0;
};

}  // namespace scenario
