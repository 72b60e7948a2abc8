// The server's side of SPNEGO, RFC 4178 4 and 5 with [MS-SPNG] 3.2, around NTLMSSP. A value without I/O: a
// copy goes on from where the original stood. NTLMSSP that comes without SPNEGO is answered without it.
#pragma once

#include "harness/security/ntlm_server.h"
#include "harness/security/spnego.h"

namespace security {

enum class Progress : std::uint8_t { more, done, failed };

enum class Refusal : std::uint8_t {
  none,
  malformed,     // a token that cannot be read, or not now
  no_mechanism,  // the client offers none of ours
  altered,       // mechListMIC is wrong
  ntlm,          // see outcome()
};

class SpnegoAcceptor {
 public:
  struct Answer {
    Progress progress = Progress::failed;
    Refusal refusal = Refusal::none;
    wire::Bytes token;  // to be sent, empty where there is none
  };

  // What to do with the token of one SESSION_SETUP. An empty first one asks for the mechanisms:
  // NegTokenInit2.
  Answer accept(const NtlmServerSettings& settings, wire::View token, const Random& random,
                std::uint64_t now);

  // The token that went out where it is not the one that was to: an NTLM MIC covers it.
  void sent(wire::View token);

  // The last token for a client whose sign-in failed and who is let in as a guest all the same. It has no
  // MIC, since there is no key in common.
  wire::Bytes welcome_guest() const;

  // What NTLM came to, from the last message of the client on.
  const NtlmOutcome& outcome() const { return outcome_; }

 private:
  enum class State : std::uint8_t { start, mechanism_chosen, challenged, awaiting_mic, over };

  Answer refuse(Refusal refusal);
  Answer first(const NtlmServerSettings& settings, const NegTokenInit& token, const Random& random,
               std::uint64_t now);
  Answer next(const NtlmServerSettings& settings, const NegTokenResp& token, const Random& random,
              std::uint64_t now);
  Answer challenge(const NtlmServerSettings& settings, wire::View message, const Random& random,
                   std::uint64_t now);
  Answer authenticate(const NtlmServerSettings& settings, wire::View message, const wire::Bytes* mic);
  Answer finish(const wire::Bytes* mic);
  bool verifies(const wire::Bytes& mic) const;
  wire::Bytes response(NegState state, wire::Bytes token, bool first_response, bool mic) const;

  State state_ = State::start;
  bool bare_ = false;          // NTLMSSP without SPNEGO
  bool mic_required_ = false;  // NTLMSSP was not the client's first choice. RFC 4178 5
  bool answered_ = false;      // supportedMech is told once
  wire::Bytes mech_types_;     // as the client encoded them
  NtlmServer ntlm_;
  NtlmOutcome outcome_;
};

}  // namespace security
