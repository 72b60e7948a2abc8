#include "harness/scenario/applicability.h"

#include <fmt/format.h>

#include <algorithm>

namespace scenario {
namespace {

bool signs_in(const Scenario& scenario) {
  return std::ranges::any_of(scenario.steps, [](const Step& step) {
    return std::holds_alternative<SignInSteps>(step.action) || std::holds_alternative<Leg>(step.action);
  });
}

}  // namespace

std::optional<std::string> unsupported(const Case& instance, const TargetFacts& facts) {
  const Environment environment(instance, facts, 0);
  if (facts.contains("target.spared") &&
      std::ranges::find(instance.scenario->tags, "harsh") != instance.scenario->tags.end())
    return "harsh to a server that is not on this machine; --tag harsh runs it";
  if (instance.controls() && !facts.contains("target.controlled")) {
    return instance.settings.empty()
               ? std::string("needs a server whose clock can be moved")
               : fmt::format("needs a server with {}", fmt::join(instance.settings, " "));
  }
  const auto known = facts.find("target.dialects");
  const List implemented = known == facts.end() ? List{} : known->second.elements();
  for (const Term& dialect : instance.scenario->dialects.elements()) {
    if (std::ranges::find(implemented, dialect) == implemented.end()) {
      return fmt::format("the target does not implement {}", dialect.text());
    }
  }
  const auto accounts = facts.find("target.accounts");
  const std::uint64_t known_accounts = accounts == facts.end() ? 0 : accounts->second.number().value_or(0);
  if (instance.scenario->needs_account && known_accounts < 1) return "signs in, and no account is known";
  if (instance.scenario->needs_kerberos && !facts.contains("target.kerberos"))
    return "signs in with Kerberos, and no service is given for it (--kerberos-service)";
  if (instance.scenario->needs_ntlm && facts.contains("target.refuses-ntlm"))
    return "signs in with NTLM, which the target refuses";
  if (instance.scenario->needs_second_account && known_accounts < 2)
    return "signs in a second user, and no second account is known";
  if (const Expression& needs = instance.scenario->needs) {
    const bool is_known = std::ranges::all_of(needs.variables(), [&](const std::string& name) {
      return !name.starts_with("target.") || facts.contains(name);
    });
    const auto met = environment.evaluate(needs);
    if (!is_known || (met && !met->truth())) return fmt::format("needs {}", needs.source());
  }
  const auto sessions = facts.find("target.sessions");
  if (sessions == facts.end() || !signs_in(*instance.scenario)) return std::nullopt;
  const List given = sessions->second.elements();
  for (const Step& step : instance.scenario->steps) {
    const auto* connect = std::get_if<Connect>(&step.action);
    if (connect == nullptr || !connect->dialect) continue;
    const auto dialect = environment.evaluate(*connect->dialect);
    if (dialect && std::ranges::find(given, *dialect) == given.end())
      return fmt::format("the target gives no session in {}", dialect->text());
  }
  return std::nullopt;
}

}  // namespace scenario
