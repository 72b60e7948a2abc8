// Debian's smbd on a free loopback port with a folder of its own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/target/peers/loopback.h"
#include "harness/target/peers/not_started.h"
#include "harness/target/peers/server_process.h"

namespace target::peers {

// A user that can log on. smbd wants a Unix account behind each: one of that name is made when there is none,
// for which the test has to run as root, and removed again. Tests that run side by side take different names.
struct SmbdUser {
  std::string name;
  std::string password;
};

class Smbd {
 public:
  struct Options {
    std::string conf;  // further lines of smb.conf's [global], and further sections
    std::vector<SmbdUser> users;
  };

  // With a writable share called "share".
  static Started<Smbd> start(Options options);
  static Started<Smbd> start() { return start(Options{}); }

  Smbd(Smbd&&) = default;
  Smbd& operator=(Smbd&&) = default;

  std::uint16_t port() const { return port_.number(); }
  std::string address() const { return "127.0.0.1:" + std::to_string(port()); }
  pid_t pid() const { return process_.pid(); }
  const std::filesystem::path& folder() const { return folder_.path(); }
  std::filesystem::path share() const { return folder() / "share"; }
  void stop() { process_.stop(); }

 private:
  // A Unix account that was made for this server.
  class Account {
   public:
    explicit Account(std::string name) : name_(std::move(name)) {}
    Account(Account&& other) noexcept : name_(std::exchange(other.name_, {})) {}
    Account& operator=(Account&& other) noexcept {
      name_.swap(other.name_);
      return *this;
    }
    ~Account();

   private:
    std::string name_;
  };

  Smbd(Folder folder, ReservedPort port, std::vector<Account> accounts, ServerProcess process);

  // In this order, so that the process is gone before the accounts and the folder are.
  Folder folder_;
  ReservedPort port_;
  std::vector<Account> accounts_;
  ServerProcess process_;
};

}  // namespace target::peers
