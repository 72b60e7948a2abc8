#include "harness/target/peers/domain_controller.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <optional>

#include "harness/target/peers/nss_wrapper.h"

namespace target::peers {
namespace {

namespace fs = std::filesystem;

using namespace std::chrono_literals;
using Why = NotStarted::Why;

constexpr auto time_to_provision = 60s;  // 5 s on a machine that does nothing else

std::unexpected<NotStarted> not_started(Why why, std::string reason) {
  return std::unexpected(NotStarted{.why = why, .reason = std::move(reason)});
}

// What surrounds every program of this domain. smbd asks winbindd for the Unix ids of the domain's users at
// the one path that it is built with, unless it sees nss_wrapper, with which Samba tests itself.
std::vector<std::string> surroundings(const fs::path& folder) {
  return under_nss_wrapper({"NSS_WRAPPER_PASSWD=/etc/passwd", "NSS_WRAPPER_GROUP=/etc/group",
                            "SELFTEST_WINBINDD_SOCKET_DIR=" + (folder / "winbindd").string(),
                            "KRB5_CONFIG=" + (folder / "krb5.conf").string(), "TDB_NO_FSYNC=1"});
}

// Why it cannot be started on this machine at all.
std::optional<NotStarted> missing() {
  for (const char* program : {"samba", "samba-tool", "smbd", "winbindd"}) {
    if (find_program(program).empty())
      return NotStarted{Why::absent, fmt::format("{} is not installed (Debian: samba winbind)", program)};
  }
  if (!fs::exists("/usr/share/samba/setup"))
    return NotStarted{Why::absent,
                      "what a domain is made of is not installed (Debian: samba-ad-provision "
                      "samba-dsdb-modules samba-vfs-modules)"};
  if (auto why = nss_wrapper_missing()) return why;
  if (geteuid() != 0) return NotStarted{Why::forbidden, "only root can start a domain controller"};
  return {};
}

}  // namespace

// Every path absolute. Of the services of `samba` the KDC alone: smbd and winbindd it would start in sessions
// of their own, where nobody could wait for their end.
std::string DomainController::configuration(const fs::path& folder, const Ports& ports) {
  return fmt::format(R"([global]
  private dir = {0}/private
  lock directory = {0}/state
  state directory = {0}/state
  cache directory = {0}/state
  pid directory = {0}/state
  ncalrpc dir = {0}/ncalrpc
  binddns dir = {0}/dns
  ntp signd socket directory = {0}/ntp
  winbindd socket directory = {0}/winbindd
  log file = {0}/log/%m
  interfaces = 127.0.0.1
  bind interfaces only = yes
  smb ports = {1}
  krb5 port = {2}
  kpasswd port = {3}
  disable netbios = yes
  load printers = no
  netbios name = DC
  workgroup = SMBSPEC
  realm = {4}
  server role = active directory domain controller
  server services = kdc
  server min protocol = SMB2_02
[sysvol]
  path = {0}/sysvol
  read only = no
[netlogon]
  path = {0}/sysvol
  read only = no
[share]
  path = {0}/share
  read only = no
)",
                     folder.string(), ports.smb.number(), ports.kdc.number(), ports.kpasswd.number(), realm);
}

Started<DomainController> DomainController::start(const std::vector<Principal>& users) {
  if (const auto why = missing()) return std::unexpected(*why);

  Folder folder;
  Ports ports;
  const fs::path conf = folder.path() / "smb.conf";
  for (const char* inner : {"private", "state", "sysvol", "share", "log"})
    fs::create_directory(folder.path() / inner);
  fs::permissions(folder.path(), fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec);
  fs::permissions(folder.path() / "share", fs::perms::all);
  std::ofstream(conf) << configuration(folder.path(), ports);
  std::ofstream(folder.path() / "krb5.conf") << client_configuration(realm, ports.kdc.number());
  const auto command = [&](const char* program, const std::vector<std::string>& arguments) {
    std::vector<std::string> words = surroundings(folder.path());
    words.push_back(find_program(program));
    words.insert(words.end(), arguments.begin(), arguments.end());
    words.insert(words.end(), {"-s", conf});
    return words;
  };

  const auto tool = [&](const std::vector<std::string>& arguments) {
    return run_program(command("samba-tool", arguments), "", time_to_provision);
  };
  if (const auto made =
          tool({"domain", "provision", "--realm", realm, "--domain", "SMBSPEC", "--host-name", "dc",
                "--host-ip", "127.0.0.1", "--adminpass", "Secret.0", "--dns-backend", "NONE"});
      !made)
    return not_started(Why::failed, made.error());
  for (const auto& [name, password] : users) {
    if (const auto added = tool({"user", "create", name, password}); !added)
      return not_started(Why::failed, added.error());
  }

  std::vector<ServerProcess> processes;
  const auto start = [&](const char* program, std::vector<std::string> arguments) -> ServerProcess& {
    arguments.insert(arguments.end(), {"--foreground", "--no-process-group", "--debug-stdout"});
    return processes.emplace_back(command(program, arguments), folder.path() / "log" / program);
  };
  const auto failed = [&](const char* program) {
    return not_started(Why::failed,
                       fmt::format("{} did not come up:\n{}", program, text_of(processes.back().log())));
  };
  const std::string as_part = "--option=server role check:inhibit=yes";
  if (!start("samba", {"--model=single"}).wait_until_listening(ports.kdc.number())) return failed("samba");
  const fs::path pipe = folder.path() / "winbindd" / "pipe";
  if (!start("winbindd", {as_part}).wait_until([&] { return fs::exists(pipe); })) return failed("winbindd");
  if (!start("smbd", {as_part}).wait_until_listening(ports.smb.number())) return failed("smbd");
  return DomainController(std::move(folder), std::move(ports), std::move(processes));
}

}  // namespace target::peers
