#include "harness/target/peers/samba_client.h"

#include <fmt/format.h>

#include <fstream>

namespace target::peers {
namespace {

const char* package_of(const std::string& program) {
  return program == "smbtorture" ? "samba-testsuite" : "smbclient";
}

}  // namespace

Started<SambaClient> SambaClient::find(const std::string& program) {
  auto path = find_program(program);
  if (path.empty()) {
    return std::unexpected(
        NotStarted{.why = NotStarted::Why::absent,
                   .reason = fmt::format("{} is not installed (Debian: {})", program, package_of(program))});
  }
  Folder folder;
  // Nothing of the machine's own configuration or state is read or written.
  std::ofstream(folder.path() / "smb.conf") << fmt::format(R"([global]
  private dir = {0}
  lock directory = {0}
  state directory = {0}
  cache directory = {0}
  client min protocol = SMB2_02
  client use kerberos = off
)",
                                                           folder.path().string());
  return SambaClient(std::move(path), std::move(folder));
}

ProgramEnd SambaClient::run(std::uint16_t port, const std::string& share,
                            const std::vector<std::string>& arguments,
                            std::chrono::milliseconds patience) const {
  return visit(port, "//127.0.0.1/" + share, arguments, patience);
}

ProgramEnd SambaClient::run_at(const std::string& host, std::uint16_t port, const std::string& share,
                               std::vector<std::string> arguments, std::chrono::milliseconds patience) const {
  arguments.insert(arguments.end(), {"-I", "127.0.0.1"});
  return visit(port, fmt::format("//{}/{}", host, share), arguments, patience);
}

ProgramEnd SambaClient::visit(std::uint16_t port, const std::string& path,
                              const std::vector<std::string>& arguments,
                              std::chrono::milliseconds patience) const {
  std::vector<std::string> command = {program_, "-s", folder_.path() / "smb.conf", "-p", std::to_string(port),
                                      path};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return run_to_end(command, "", patience);
}

}  // namespace target::peers
