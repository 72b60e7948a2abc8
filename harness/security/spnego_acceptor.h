// The server's side of SPNEGO, RFC 4178 4 and 5 with [MS-SPNG] 3.2, around NTLMSSP and, where there is a
// keytab, Kerberos. A value without I/O: a copy goes on from where the original stood. NTLMSSP that comes
// without SPNEGO is answered without it.
#pragma once

#include <variant>

#include "harness/security/acceptor_mechanism.h"
#include "harness/security/spnego.h"

namespace security {

// Those that a server has, by preference.
std::vector<ObjectIdentifier> mechanisms(const AcceptorSettings& settings);

class SpnegoAcceptor {
 public:
  struct Answer {
    Progress progress = Progress::failed;
    Refusal refusal = Refusal::none;
    wire::Bytes token;  // to be sent, empty where there is none
  };

  // What to do with the token of one SESSION_SETUP. An empty first one asks for the mechanisms:
  // NegTokenInit2.
  Answer accept(const AcceptorSettings& settings, wire::View token, const Random& random, std::uint64_t now);

  // The token that went out where it is not the one that was to: an NTLM MIC covers it.
  void sent(wire::View token);

  // The last token for a client whose sign-in failed and who is let in as a guest all the same. It has no
  // MIC, since there is no key in common.
  wire::Bytes welcome_guest() const;

  // What the mechanism came to, from the last message of the client on.
  const AcceptorOutcome& outcome() const;

 private:
  enum class State : std::uint8_t { start, running, awaiting_mic, over };

  Answer refuse(Refusal refusal);
  Answer first(const AcceptorSettings& settings, const NegTokenInit& token, const Random& random,
               std::uint64_t now);
  Answer next(const AcceptorSettings& settings, const NegTokenResp& token, const Random& random,
              std::uint64_t now);
  Answer take(const AcceptorSettings& settings, wire::View message, const wire::Bytes* mic,
              const Random& random, std::uint64_t now);
  Answer finish(wire::Bytes message, const wire::Bytes* mic);
  bool can_sign() const;
  wire::Bytes response(NegState state, wire::Bytes message, bool mic);

  State state_ = State::start;
  bool bare_ = false;          // NTLMSSP without SPNEGO
  bool mic_required_ = false;  // the mechanism was not the client's first choice. RFC 4178 5
  bool answered_ = false;      // supportedMech is told once
  wire::Bytes mech_types_;     // as the client encoded them
  ObjectIdentifier chosen_ = ntlmssp;
  std::variant<NtlmMechanism, KerberosMechanism> mechanism_;
};

}  // namespace security
