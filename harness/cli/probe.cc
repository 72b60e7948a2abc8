#include <fmt/format.h>

#include "harness/cli/arguments.h"
#include "harness/cli/probing.h"
#include "harness/target/supervisor.h"

namespace cli {

int probe(const TargetArguments& arguments) {
  const auto target = resolve(arguments);
  if (!target) return complain(usage, target.error());
  target::Supervisor supervisor(*target);
  if (const auto started = start(supervisor); !started)
    return complain(started.error().interrupted ? incomplete : unreachable, started.error().reason);
  const auto found =
      reach(tcp_networks(target->address.host, target->address.port), arguments.wait, arguments.step_timeout);
  if (!found) return complain(found.error().interrupted ? incomplete : unreachable, found.error().reason);
  fmt::print("{}\n", target->name());
  for (const auto& [name, value] : found->findings) fmt::print("  {:<30} {}\n", name, value);
  return as_expected;
}

}  // namespace cli
