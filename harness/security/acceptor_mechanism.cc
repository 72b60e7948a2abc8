#include "harness/security/acceptor_mechanism.h"

#include <algorithm>

namespace security {
namespace {

Verdict verdict_of(NtlmVerdict verdict) {
  switch (verdict) {
    case NtlmVerdict::user:
      return Verdict::user;
    case NtlmVerdict::anonymous:
      return Verdict::anonymous;
    case NtlmVerdict::no_such_user:
      return Verdict::no_such_user;
    case NtlmVerdict::wrong_password:
      return Verdict::wrong_password;
    case NtlmVerdict::altered:
      return Verdict::altered;
    default:
      return Verdict::malformed;
  }
}

// An AP-REQ ends with its authenticator, and that with a keyed checksum of itself. RFC 4120 5.5.1, RFC 3962 6
wire::Bytes tag_of(wire::View ap_req) {
  constexpr std::size_t size = 12;
  const wire::View tag = ap_req.last(std::min(size, ap_req.size()));
  return {tag.begin(), tag.end()};
}

}  // namespace

MechanismAnswer NtlmMechanism::accept(const AcceptorSettings& settings, wire::View message,
                                      const Random& random, std::uint64_t now) {
  if (!challenged_) {
    const auto challenge = server_.challenge(settings.ntlm, message, random, now);
    if (!challenge) return {.refusal = Refusal::malformed};
    wire::Bytes bytes = wire::encode(*challenge);
    server_.sent_challenge(bytes);
    challenged_ = true;
    return {.progress = Progress::more, .token = std::move(bytes)};
  }
  const NtlmOutcome ntlm = server_.authenticate(settings.ntlm, message);
  flags_ = ntlm.flags;
  key_ = ntlm.exported_session_key;
  outcome_ = {.verdict = verdict_of(ntlm.verdict),
              .user = ntlm.user,
              .flags = ntlm.flags,
              .session_key = wire::Bytes(key_.begin(), key_.end())};
  if (outcome_.verdict != Verdict::user && outcome_.verdict != Verdict::anonymous)
    return {.refusal = Refusal::mechanism};
  return {.progress = Progress::done};
}

void NtlmMechanism::sent(wire::View message) {
  if (is_ntlmssp(message)) server_.sent_challenge(message);
}

bool NtlmMechanism::can_sign() const { return security::can_sign(flags_); }

wire::Bytes NtlmMechanism::sign(wire::View message) const {
  return security::sign(key_, flags_, Direction::server_to_client, message);
}

bool NtlmMechanism::verifies(wire::View mic, wire::View message) const {
  return std::ranges::equal(mic, security::sign(key_, flags_, Direction::client_to_server, message));
}

MechanismAnswer KerberosMechanism::accept(const AcceptorSettings& settings, wire::View message, const Random&,
                                          std::uint64_t) {
  outcome_ = {.verdict = Verdict::refused};
  if (!settings.keytab || acceptor_.established()) return {.refusal = Refusal::malformed};
  auto token = acceptor_.accept(*settings.keytab, message);
  if (!token || !acceptor_.established()) return {.refusal = Refusal::mechanism};
  const std::string& principal = acceptor_.principal();
  outcome_ = {.verdict = Verdict::user,
              .user = principal.substr(0, principal.find('@')),
              .session_key = acceptor_.session_key(),
              .lifetime = acceptor_.lifetime(),
              .authenticator = tag_of(message)};
  return {.progress = Progress::done, .token = *std::move(token)};
}

}  // namespace security
