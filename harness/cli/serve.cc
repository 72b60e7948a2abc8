#include <fmt/format.h>

#include <cstdio>

#include "harness/cli/arguments.h"
#include "harness/cli/embedded_server.h"
#include "harness/cli/interrupts.h"
#include "harness/cli/settings.h"
#include "harness/crypto/ntlm.h"

namespace cli {

int serve(const ServeArguments& arguments) {
  std::vector<std::string> assignments = arguments.settings;
  for (const std::string& user : arguments.users) assignments.push_back("user=" + user);
  for (const std::string& share : arguments.shares) assignments.push_back("share=" + share);
  const auto settings = parse_settings(assignments);
  if (!settings) return complain(usage, settings.error());
  if (const auto digest = crypto::md4({}); !digest) return complain(tool_fault, digest.error());
  target::Address address{.host = arguments.listen};
  if (!address.is_loopback())
    return complain(usage, fmt::format("--listen takes a loopback address, not \"{}\"", arguments.listen));
  // From before its address is known to anybody.
  Interrupts& interrupts = Interrupts::of_this_process();
  auto server =
      EmbeddedServer::start(make_server(*settings, arguments.seed), arguments.port, arguments.listen);
  if (!server) return complain(usage, server.error());
  address.port = server->port();
  fmt::print("serving on {}\n", address.text());
  std::fflush(stdout);
  interrupts.wait();
  return as_expected;
}

}  // namespace cli
