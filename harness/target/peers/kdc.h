// MIT's KDC for a realm of its own, on a free loopback port with a folder of its own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/target/peers/loopback.h"
#include "harness/target/peers/not_started.h"
#include "harness/target/peers/server_process.h"

namespace target::peers {

struct Principal {
  std::string name;
  std::string password;
};

// A krb5.conf of clients for a realm whose KDC is on a port here.
std::string client_configuration(const std::string& realm, std::uint16_t kdc_port);

class Kdc {
 public:
  static constexpr const char* realm = "SMBSPEC.TEST";

  struct Options {
    std::vector<Principal> users;
    std::vector<std::string> services;  // "cifs/host", whose keys are in the keytab
  };
  static Started<Kdc> start(const Options& options);

  // For $KRB5_CONFIG.
  std::string configuration() const { return folder_.path() / "krb5.conf"; }
  std::string keytab() const { return folder_.path() / "keytab"; }

 private:
  Kdc(Folder folder, ReservedPort port, ServerProcess process)
      : folder_(std::move(folder)), port_(std::move(port)), process_(std::move(process)) {}

  // In this order, so that the process is gone before the folder is.
  Folder folder_;
  ReservedPort port_;
  ServerProcess process_;
};

}  // namespace target::peers
