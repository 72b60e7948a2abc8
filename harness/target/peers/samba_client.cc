#include "harness/target/peers/samba_client.h"

#include <fmt/format.h>

#include <fstream>

#include "harness/target/peers/nss_wrapper.h"

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

std::vector<std::string> SambaClient::command(std::uint16_t port, const std::string& path,
                                              const std::vector<std::string>& arguments) const {
  std::vector<std::string> words = {program_, "-s", folder_.path() / "smb.conf", "-p", std::to_string(port),
                                    path};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

ProgramEnd SambaClient::run(std::uint16_t port, const std::string& share,
                            const std::vector<std::string>& arguments,
                            std::chrono::milliseconds patience) const {
  return run_to_end(command(port, "//127.0.0.1/" + share, arguments), "", patience);
}

ProgramEnd SambaClient::run_at(const std::string& host, std::uint16_t port, const std::string& share,
                               const std::vector<std::string>& arguments,
                               std::chrono::milliseconds patience) const {
  const Folder folder;  // of this run: others may go on at the same time
  const auto hosts = folder.path() / "hosts";
  std::ofstream(hosts) << "127.0.0.1 " << host << '\n';
  std::vector<std::string> words = under_nss_wrapper({"NSS_WRAPPER_HOSTS=" + hosts.string()});
  const auto visit = command(port, fmt::format("//{}/{}", host, share), arguments);
  words.insert(words.end(), visit.begin(), visit.end());
  return run_to_end(words, "", patience);
}

}  // namespace target::peers
