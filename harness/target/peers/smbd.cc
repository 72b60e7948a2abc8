#include "harness/target/peers/smbd.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <pwd.h>
#include <unistd.h>

#include <fstream>

namespace target::peers {
namespace {

namespace fs = std::filesystem;

using Why = NotStarted::Why;

std::unexpected<NotStarted> not_started(Why why, std::string reason) {
  return std::unexpected(NotStarted{.why = why, .reason = std::move(reason)});
}

// Every path absolute: smbd starts further programs with them.
std::string configuration(const fs::path& folder, std::uint16_t port, const std::string& further) {
  return fmt::format(R"([global]
  private dir = {0}/state
  lock directory = {0}/state
  state directory = {0}/state
  cache directory = {0}/state
  pid directory = {0}/state
  ncalrpc dir = {0}/ncalrpc
  interfaces = 127.0.0.1
  bind interfaces only = yes
  smb ports = {1}
  disable netbios = yes
  load printers = no
  server min protocol = SMB2_02
{2}
[share]
  path = {0}/share
  read only = no
)",
                     folder.string(), port, further);
}

}  // namespace

Started<Smbd> Smbd::start(Options options) {
  const fs::path program = find_program("smbd");
  if (program.empty()) return not_started(Why::absent, "smbd is not installed (Debian: samba)");

  Folder folder;
  ReservedPort port;
  const fs::path conf = folder.path() / "smb.conf";
  for (const char* inner : {"state", "share", "log"}) fs::create_directory(folder.path() / inner);
  fs::permissions(folder.path(), fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec);
  fs::permissions(folder.path() / "share", fs::perms::all);
  std::ofstream(conf) << configuration(folder.path(), port.number(), options.conf);

  if (!options.users.empty() && geteuid() != 0)
    return not_started(Why::forbidden, "only root can give smbd users");
  std::vector<Account> accounts;
  for (const auto& [name, password] : options.users) {
    if (getpwnam(name.c_str()) == nullptr) {
      const auto made = run_program({find_program("useradd"), "-M", "-s", "/usr/sbin/nologin", name});
      if (!made) return not_started(Why::failed, made.error());
      accounts.emplace_back(name);
    }
    const auto set = run_program({find_program("smbpasswd"), "-c", conf, "-s", "-a", name},
                                 password + "\n" + password + "\n");
    if (!set) return not_started(Why::failed, set.error());
  }

  ServerProcess process(
      {program, "--foreground", "--no-process-group", "-s", conf, "-l", folder.path() / "log"},
      folder.path() / "log" / "log.smbd");
  if (!process.wait_until_listening(port.number())) {
    return not_started(Why::failed, "smbd did not come up:\n" + text_of(process.log()));
  }
  return Smbd(std::move(folder), std::move(port), std::move(accounts), std::move(process));
}

Smbd::Smbd(Folder folder, ReservedPort port, std::vector<Account> accounts, ServerProcess process)
    : folder_(std::move(folder)),
      port_(std::move(port)),
      accounts_(std::move(accounts)),
      process_(std::move(process)) {}

Smbd::Account::~Account() {
  if (name_.empty()) return;
  if (const auto removed = run_program({find_program("userdel"), name_}); !removed)
    ADD_FAILURE() << removed.error();
}

}  // namespace target::peers
