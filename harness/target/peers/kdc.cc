#include "harness/target/peers/kdc.h"

#include <fmt/format.h>

#include <fstream>

namespace target::peers {
namespace {

namespace fs = std::filesystem;

using Why = NotStarted::Why;

std::unexpected<NotStarted> not_started(Why why, std::string reason) {
  return std::unexpected(NotStarted{.why = why, .reason = std::move(reason)});
}

// No PAC in tickets: a Samba that is in no domain takes none that it cannot check.
std::string server_configuration(const fs::path& folder, std::uint16_t port) {
  return fmt::format(R"([kdcdefaults]
  kdc_listen = 127.0.0.1:{2}
  kdc_tcp_listen = 127.0.0.1:{2}
[realms]
  {0} = {{
    database_name = {1}/principal
    key_stash_file = {1}/stash
    supported_enctypes = aes256-cts:normal
    master_key_type = aes256-cts
    disable_pac = true
  }}
[logging]
  default = STDERR
)",
                     Kdc::realm, folder.string(), port);
}

}  // namespace

// Nothing is looked up outside of this machine, and UDP is left alone: only the TCP port is sure to be ours.
// A short clock skew, which tickets are good for beyond their end.
std::string client_configuration(const std::string& realm, std::uint16_t kdc_port) {
  return fmt::format(R"([libdefaults]
  default_realm = {0}
  dns_lookup_kdc = false
  dns_lookup_realm = false
  dns_canonicalize_hostname = false
  rdns = false
  clockskew = 2
  udp_preference_limit = 1
[realms]
  {0} = {{
    kdc = 127.0.0.1:{1}
  }}
)",
                     realm, kdc_port);
}

Started<Kdc> Kdc::start(const Options& options) {
  const fs::path program = find_program("krb5kdc");
  const fs::path maker = find_program("kdb5_util");
  const fs::path administrator = find_program("kadmin.local");
  if (program.empty() || maker.empty() || administrator.empty())
    return not_started(Why::absent, "krb5kdc is not installed (Debian: krb5-kdc krb5-admin-server)");

  Folder folder;
  ReservedPort port;
  const fs::path conf = folder.path() / "krb5.conf";
  const fs::path kdc_conf = folder.path() / "kdc.conf";
  std::ofstream(conf) << client_configuration(realm, port.number());
  std::ofstream(kdc_conf) << server_configuration(folder.path(), port.number());
  const auto with = [&](std::vector<std::string> command) {
    command.insert(command.begin(), {find_program("env"), "KRB5_CONFIG=" + conf.string(),
                                     "KRB5_KDC_PROFILE=" + kdc_conf.string()});
    return command;
  };
  if (const auto made = run_program(with({maker, "create", "-s", "-P", "master", "-r", realm})); !made)
    return not_started(Why::failed, made.error());

  std::string commands;
  for (const auto& [name, password] : options.users)
    commands += fmt::format("addprinc +requires_preauth -pw \"{}\" {}\n", password, name);
  const fs::path keytab = folder.path() / "keytab";
  for (const std::string& service : options.services)
    commands += fmt::format("addprinc -randkey {0}\nktadd -k {1} {0}\n", service, keytab.string());
  if (const auto filled = run_program(with({administrator, "-r", realm}), commands); !filled)
    return not_started(Why::failed, filled.error());

  ServerProcess process(with({program, "-n"}), folder.path() / "log");
  if (!process.wait_until_listening(port.number()))
    return not_started(Why::failed, "krb5kdc did not come up:\n" + text_of(process.log()));
  return Kdc(std::move(folder), std::move(port), std::move(process));
}

}  // namespace target::peers
