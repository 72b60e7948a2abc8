#include <fmt/format.h>

#include "harness/cli/arguments.h"
#include "harness/cli/probing.h"

namespace cli {

int probe(const TargetArguments& arguments) {
  const auto address = resolve(arguments);
  if (!address) return complain(usage, address.error());
  const auto found =
      reach(tcp_networks(address->host, address->port), arguments.wait, arguments.step_timeout);
  if (!found) return complain(found.error().interrupted ? incomplete : unreachable, found.error().reason);
  fmt::print("{}\n", address->text());
  for (const auto& [name, value] : found->findings) fmt::print("  {:<30} {}\n", name, value);
  return as_expected;
}

}  // namespace cli
