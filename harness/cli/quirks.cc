#include "reference-server/quirks/quirks.h"

#include <fmt/format.h>

#include "harness/cli/arguments.h"

namespace cli {

int quirks() {
  for (const reference::QuirkEntry& entry : reference::quirks()) {
    fmt::print("{}\n  the server {}\n  breaks {}; seen: {}\n", entry.name, entry.what, entry.requirement,
               entry.seen);
  }
  return as_expected;
}

}  // namespace cli
