#include "harness/target/peers/impacket_server.h"

namespace target::peers {
namespace {

constexpr const char* python = "/usr/bin/python3";
constexpr const char* script = "/usr/share/doc/python3-impacket/examples/smbserver.py";

}  // namespace

Started<ImpacketServer> ImpacketServer::start(const std::string& user, const std::string& password) {
  if (!std::filesystem::exists(python) || !std::filesystem::exists(script)) {
    return std::unexpected(
        NotStarted{.why = NotStarted::Why::absent,
                   .reason = "impacket's smbserver.py is not installed (Debian: python3-impacket)"});
  }
  Folder folder;
  ReservedPort port;
  const auto share = folder.path() / "share";
  std::filesystem::create_directory(share);
  ServerProcess process(
      {python, script, "-smb2support", "-ip", "127.0.0.1", "-port", std::to_string(port.number()),
       "-username", user, "-password", password, "share", share},
      folder.path() / "log");
  if (!process.wait_until_listening(port.number(), std::chrono::seconds(20))) {
    return std::unexpected(NotStarted{.why = NotStarted::Why::failed,
                                      .reason = "smbserver.py did not come up:\n" + text_of(process.log())});
  }
  return ImpacketServer(std::move(folder), std::move(port), std::move(process));
}

ImpacketServer::ImpacketServer(Folder folder, ReservedPort port, ServerProcess process)
    : folder_(std::move(folder)), port_(std::move(port)), process_(std::move(process)) {}

}  // namespace target::peers
