#include "harness/scenario/authenticator.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/scenario/sender.h"

namespace scenario {
namespace {

using client::Login;

char other_case(char c) {
  const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return is_letter ? static_cast<char>(c ^ 0x20) : c;
}

// Keys depend on tokens, on the bytes that are hashed, which both sides see, and on whether the leg binds.
bool may_change_keys(const Request& leg) {
  constexpr std::string_view harmless[] = {"SecurityMode", "Capabilities", "Channel", "PreviousSessionId"};
  return !leg.bends.empty() || std::ranges::any_of(leg.sets, [&](const Set& set) {
    return std::ranges::find(harmless, set.path.text()) == std::end(harmless);
  });
}

}  // namespace

std::optional<Mismatch> Authenticator::begin(const SignIn& who, const Link& link) {
  const auto initiator = this->initiator(who);
  if (!initiator) {
    return Mismatch{.message = "no ticket: " + initiator.error(),
                    .expected = "a ticket",
                    .got = initiator.error(),
                    .field = {},
                    .prevented = true};
  }
  const std::string& existing = who.binds.empty() ? who.reauthenticates : who.binds;
  const client::Session* session = conversation_.session(existing);
  if (session == nullptr) {
    conversation_.begin(who.as, {link.name, Login(link.state, *initiator)});
  } else {
    const auto purpose = who.binds.empty() ? Login::Purpose::reauthentication : Login::Purpose::binding;
    conversation_.begin(who.as, {link.name, Login(link.state, *initiator, purpose, *session)});
  }
  return std::nullopt;
}

std::expected<security::SpnegoInitiator, std::string> Authenticator::initiator(const SignIn& who) const {
  const security::Credentials user = credentials(who.user);
  const SignIn::Mechanism mechanism = who.mechanism.value_or(preferred_);
  if (mechanism != SignIn::Mechanism::kerberos) {
    security::SpnegoInitiator::Settings settings;
    settings.bare = mechanism == SignIn::Mechanism::bare_ntlm;
    return security::SpnegoInitiator(user, settings);
  }
  if (!user.kerberos) return std::unexpected("no service is known");
  auto ticket = user.kerberos->ticket(who.ticket);
  if (!ticket) return std::unexpected(std::move(ticket.error()));
  return security::SpnegoInitiator(*std::move(ticket));
}

security::Credentials Authenticator::credentials(std::string_view user) const {
  if (user == "anonymous") return {};
  if (user == "second") return accounts_.second;
  if (user == "unknown")
    return {.user = "smbspec-nobody", .domain = accounts_.first.domain, .password = "none"};
  security::Credentials first = accounts_.first;
  if (user == "wrong-password") first.password += "-wrong";
  if (user == "first-in-other-case") std::ranges::transform(first.user, first.user.begin(), other_case);
  return first;
}

std::expected<Authenticator::Leg, Mismatch> Authenticator::next(const std::string& name,
                                                                const Request& request, std::uint64_t now) {
  Authentication* authentication = conversation_.authentication(name);
  if (authentication == nullptr)
    return std::unexpected(table_fault(fmt::format("no authentication \"{}\"", name)));
  BendFault fault;
  const security::Random random = [this](std::span<std::uint8_t> bytes) { entropy_.fill(bytes); };
  auto message = authentication->login.next(random, now, bends_of(request, environment_, fault));
  if (fault.absent) {
    return std::unexpected(Mismatch{.message = fault.why,
                                    .expected = "a token that can be changed",
                                    .got = "one without the field",
                                    .field = {},
                                    .prevented = true});
  }
  if (!fault.why.empty()) return std::unexpected(table_fault(fault.why));
  if (!message) {
    return std::unexpected(Mismatch{.message = "no further leg: " + message.error(),
                                    .expected = "a token to answer",
                                    .got = message.error(),
                                    .field = {}});
  }
  const auto token = wire::decode<security::Token>(std::get<smb2::SessionSetupRequest>(message->body).buffer);
  const wire::View inner = security::mechanism_token(token.message);
  environment_.save(name + ".token", Term{wire::Bytes(inner.begin(), inner.end())});
  authentication->doubtful |= may_change_keys(request);
  // A session that exists already guards what renews or binds it.
  Leg leg{.request = request,
          .message = *std::move(message),
          .pending = {.name = request.as, .authentication = name}};
  const Login::Purpose purpose = authentication->login.purpose();
  if (purpose != Login::Purpose::new_session && request.session.empty()) leg.request.session = name;
  // 3.2.4.1.8: a binding is never sealed unless a case says so.
  if (purpose == Login::Purpose::binding && request.seal.by == Guard::By::due)
    leg.request.seal.by = Guard::By::nobody;
  return leg;
}

}  // namespace scenario
