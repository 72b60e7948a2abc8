// Samba's client programs, each with a configuration of its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/target/peers/not_started.h"
#include "harness/target/peers/server_process.h"

namespace target::peers {

class SambaClient {
 public:
  // `program` is smbclient, or smbtorture.
  static Started<SambaClient> find(const std::string& program);

  // Runs it on a share of a server on loopback, from SMB 2.0.2 on where the arguments do not say otherwise.
  ProgramEnd run(std::uint16_t port, const std::string& share, const std::vector<std::string>& arguments,
                 std::chrono::milliseconds patience) const;
  // The same under a name of the server's, which Kerberos wants. Needs nss_wrapper.
  ProgramEnd run_at(const std::string& host, std::uint16_t port, const std::string& share,
                    const std::vector<std::string>& arguments, std::chrono::milliseconds patience) const;

 private:
  SambaClient(std::filesystem::path program, Folder folder)
      : program_(std::move(program)), folder_(std::move(folder)) {}
  std::vector<std::string> command(std::uint16_t port, const std::string& path,
                                   const std::vector<std::string>& arguments) const;

  std::filesystem::path program_;
  Folder folder_;
};

}  // namespace target::peers
