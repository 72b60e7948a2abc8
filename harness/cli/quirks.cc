#include <fmt/format.h>

#include <algorithm>

#include "harness/cli/arguments.h"
#include "reference-server/quirks/personalities.h"

namespace cli {

int quirks() {
  for (const reference::QuirkEntry& entry : reference::quirks()) {
    fmt::print("{}\n  the server {}\n  breaks {}; seen: {}\n", entry.name, entry.what, entry.requirement,
               entry.seen);
  }
  for (const reference::Personality& personality : reference::personalities()) {
    fmt::print("personality {}\n  {}:", personality.name, personality.what);
    for (const reference::QuirkEntry& entry : reference::quirks()) {
      if (std::ranges::find(personality.quirks, entry.quirk) != personality.quirks.end())
        fmt::print(" {}", entry.name);
    }
    fmt::print("\n");
  }
  return as_expected;
}

}  // namespace cli
