#include <fmt/format.h>

#include <cstdio>

#include "harness/cli/arguments.h"
#include "harness/cli/embedded_server.h"
#include "harness/cli/settings.h"

namespace cli {

int serve(const ServeArguments& arguments) {
  const auto settings = parse_settings(arguments.settings);
  if (!settings) return complain(usage, settings.error());
  for (const std::string& user : arguments.users) {
    if (user.find(':') == std::string::npos)
      return complain(usage, fmt::format("--user takes name:password, not \"{}\"", user));
  }
  if (!arguments.users.empty() || !arguments.shares.empty()) {
    complain(as_expected, "users and shares have no effect: this version serves NEGOTIATE, not sessions");
  }
  auto server = EmbeddedServer::start(make_server(*settings, arguments.seed), arguments.port);
  if (!server) return complain(usage, server.error());
  fmt::print("serving on smb://127.0.0.1:{}\n", server->port());
  std::fflush(stdout);
  server->wait_for_signal();
  return as_expected;
}

}  // namespace cli
