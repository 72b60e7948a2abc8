#include "harness/cli/judged.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/cli/controlled_target.h"
#include "harness/cli/probing.h"
#include "harness/cli/settings.h"

namespace cli {
namespace {

// "[domain;]name:password".
std::expected<security::Credentials, std::string> account_of(const std::string& text) {
  const std::size_t colon = text.find(':');
  target::UserName user = target::parse_user(text.substr(0, colon));
  if (colon == std::string::npos || user.name.empty())
    return std::unexpected(
        fmt::format("--second-user takes [DOMAIN;]NAME:PASSWORD, not \"{}\"", text.substr(0, colon)));
  return security::Credentials{
      .user = std::move(user.name), .domain = std::move(user.domain), .password = text.substr(colon + 1)};
}

std::expected<void, std::string> give_kerberos(scenario::Accounts& accounts, const std::string& service) {
  const std::size_t realm = service.find('@');
  if (realm == 0 || realm == std::string::npos || realm + 1 == service.size())
    return std::unexpected(fmt::format("--kerberos-service takes cifs/HOST@REALM, not \"{}\"", service));
  if (accounts.first.anonymous())
    return std::unexpected("--kerberos-service wants an account, in the URL of the target or its file");
  for (security::Credentials* account : {&accounts.first, &accounts.second}) {
    if (account->anonymous()) continue;
    account->kerberos =
        std::make_shared<security::KerberosAccount>(account->user, account->password, service);
  }
  return {};
}

std::vector<std::string> latitudes_of(const scenario::Library& library) {
  std::set<std::string> names;
  for (const auto& scenario : library.scenarios) {
    for (const scenario::Step& step : scenario->steps) {
      const auto* expect = std::get_if<scenario::Expect>(&step.action);
      if (expect == nullptr) continue;
      for (const scenario::Expectation& alternative : expect->alternatives)
        names.insert(alternative.latitude);
    }
  }
  names.erase("");
  return {names.begin(), names.end()};
}

// The words that cases ask for together, sorted as a target file's are.
std::vector<std::vector<std::string>> settings_of(const scenario::Library& library) {
  std::set<std::vector<std::string>> all;
  for (const scenario::Case& instance : library.cases) {
    std::vector<std::string> words = instance.settings;
    std::ranges::sort(words);
    if (!words.empty()) all.insert(std::move(words));
  }
  return {all.begin(), all.end()};
}

std::expected<JudgedTarget, std::string> given_target(const RunArguments& arguments,
                                                      const scenario::Library& library) {
  const auto latitudes = latitudes_of(library);
  const auto settings = settings_of(library);
  const target::Vocabulary vocabulary{latitudes, settings};
  const auto file = resolve(arguments.target, &vocabulary);
  if (!file) return std::unexpected(file.error());
  const target::Address& address = file->address;
  JudgedTarget target;
  target.name = file->name();
  target.file = file->path;
  target.latitudes = file->latitudes;
  target.port = address.port;
  target.loopback = address.is_loopback();
  target.networks = tcp_networks(address.host, address.port);
  target.accounts.first = {.user = address.user, .domain = address.domain, .password = address.password};
  target.share = address.share;
  if (const auto& second = file->second)
    target.accounts.second = {.user = second->user, .domain = second->domain, .password = second->password};
  if (!arguments.second_user.empty()) {
    if (address.user.empty())
      return std::unexpected("--second-user wants a first one, in the URL of the target or its file");
    const auto second = account_of(arguments.second_user);
    if (!second) return std::unexpected(second.error());
    if (second->user == address.user && second->domain == address.domain)
      return std::unexpected(fmt::format("--second-user has to be another than {}", address.user));
    target.accounts.second = *second;
  }
  const std::string& service =
      arguments.kerberos_service.empty() ? file->kerberos_service : arguments.kerberos_service;
  if (!service.empty()) {
    if (auto given = give_kerberos(target.accounts, service); !given) return std::unexpected(given.error());
  } else if (arguments.kerberos) {
    return std::unexpected("--mechanism kerberos wants --kerberos-service cifs/HOST@REALM");
  }
  if (!file->ports.empty())
    target.networks.control = ports_with_settings(file->ports, target.share,
                                                  {.step_timeout = arguments.target.step_timeout,
                                                   .seed = arguments.seed,
                                                   .now = filetime_now(),
                                                   .accounts = target.accounts});
  if (!file->path.empty()) target.supervisor = std::make_unique<target::Supervisor>(*file);
  return target;
}

}  // namespace

std::expected<JudgedTarget, std::string> judged_target(const RunArguments& arguments,
                                                       const scenario::Library& library) {
  if (!arguments.target.target.empty()) return given_target(arguments, library);
  if (!arguments.kerberos_service.empty() || arguments.kerberos)
    return std::unexpected("--kerberos-service is for a --target; the embedded server has no Kerberos");
  JudgedTarget target;
  target.accounts = embedded_accounts();
  target.share = embedded_share;
  auto settings = parse_settings(arguments.settings, full_settings());
  if (!settings) return std::unexpected(settings.error());
  if (arguments.memory) {
    target.name = "the embedded reference server, in memory";
    target.networks = memory_networks(*settings, arguments.seed);
    return target;
  }
  auto started = EmbeddedServer::start(make_server(*settings, arguments.seed), 0);
  if (!started) return std::unexpected(started.error());
  target.name = fmt::format("the embedded reference server on smb://127.0.0.1:{}", started->port());
  target.port = started->port();
  target.networks = tcp_networks("127.0.0.1", started->port());
  target.networks.control = controlled_servers(*settings, arguments.seed, false);
  target.embedded = std::move(*started);
  return target;
}

}  // namespace cli
