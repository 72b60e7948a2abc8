// Samba as the domain controller of an Active Directory domain of its own: on free loopback ports, with a
// folder of its own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/target/peers/kdc.h"
#include "harness/target/peers/loopback.h"
#include "harness/target/peers/not_started.h"
#include "harness/target/peers/server_process.h"

namespace target::peers {

class DomainController {
 public:
  static constexpr const char* realm = "SMBSPEC.TEST";
  static constexpr const char* service = "cifs/dc@SMBSPEC.TEST";

  // With a writable share called "share", for the users of the domain. Needs root.
  static Started<DomainController> start(const std::vector<Principal>& users);

  std::uint16_t port() const { return ports_.smb.number(); }
  // For $KRB5_CONFIG of its clients.
  std::string configuration() const { return folder_.path() / "krb5.conf"; }

 private:
  struct Ports {
    ReservedPort smb;
    ReservedPort kdc;
    ReservedPort kpasswd;
  };

  DomainController(Folder folder, Ports ports, std::vector<ServerProcess> processes)
      : folder_(std::move(folder)), ports_(std::move(ports)), processes_(std::move(processes)) {}

  static std::string configuration(const std::filesystem::path& folder, const Ports& ports);

  // In this order, so that the processes are gone before the folder is.
  Folder folder_;
  Ports ports_;
  std::vector<ServerProcess> processes_;
};

}  // namespace target::peers
