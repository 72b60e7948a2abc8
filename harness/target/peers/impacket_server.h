// impacket's smbserver.py, which always answers 2.0.2, on a free loopback port with a folder of its own.
#pragma once

#include <cstdint>
#include <string>

#include "harness/target/peers/loopback.h"
#include "harness/target/peers/not_started.h"
#include "harness/target/peers/server_process.h"

namespace target::peers {

class ImpacketServer {
 public:
  // With a share called "share" and one user.
  static Started<ImpacketServer> start(const std::string& user = "user",
                                       const std::string& password = "password");

  std::uint16_t port() const { return port_.number(); }
  std::string address() const { return "127.0.0.1:" + std::to_string(port()); }
  pid_t pid() const { return process_.pid(); }
  const std::filesystem::path& folder() const { return folder_.path(); }
  void stop() { process_.stop(); }

 private:
  ImpacketServer(Folder folder, ReservedPort port, ServerProcess process);

  Folder folder_;
  ReservedPort port_;
  ServerProcess process_;
};

}  // namespace target::peers
