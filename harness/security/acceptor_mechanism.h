// What SPNEGO asks of a mechanism on the server's side, and the two there are. Values without I/O.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "harness/security/kerberos.h"
#include "harness/security/ntlm_server.h"

namespace security {

enum class Progress : std::uint8_t { more, done, failed };

enum class Refusal : std::uint8_t {
  none,
  malformed,     // a token that cannot be read, or not now
  no_mechanism,  // the client offers none of ours
  altered,       // mechListMIC is wrong
  mechanism,     // see outcome()
};

struct AcceptorSettings {
  NtlmServerSettings ntlm;
  std::optional<KerberosKeytab> keytab;  // none: no Kerberos
};

// What a sign-in came to, by whatever mechanism. Whether anonymous is welcome and whether an unknown user may
// be a guest is for the caller to decide.
enum class Verdict : std::uint8_t {
  user,
  anonymous,
  no_such_user,
  wrong_password,  // or no NTLMv2 response at all
  altered,         // the MIC of NTLM is wrong, or promised and absent
  refused,         // by Kerberos, which does not tell more
  malformed
};

struct AcceptorOutcome {
  Verdict verdict = Verdict::malformed;
  std::string user;                              // as the client sent it; without its realm
  NegotiateFlags flags{};                        // of NTLM
  wire::Bytes session_key;                       // whole
  std::optional<std::chrono::seconds> lifetime;  // none: infinite
  wire::Bytes authenticator;  // what comes twice is a replay; none where a challenge keeps from that
};

struct MechanismAnswer {
  Progress progress = Progress::failed;
  Refusal refusal = Refusal::none;
  wire::Bytes token;
};

class NtlmMechanism {
 public:
  MechanismAnswer accept(const AcceptorSettings& settings, wire::View message, const Random& random,
                         std::uint64_t now);
  // The bytes that went out, bent or not.
  void sent(wire::View message);

  bool can_sign() const;
  wire::Bytes sign(wire::View message) const;
  bool verifies(wire::View mic, wire::View message) const;
  const AcceptorOutcome& outcome() const { return outcome_; }

 private:
  NtlmServer server_;
  bool challenged_ = false;
  NegotiateFlags flags_{};
  Key key_{};
  AcceptorOutcome outcome_;
};

// One message of the client's and one of ours.
class KerberosMechanism {
 public:
  MechanismAnswer accept(const AcceptorSettings& settings, wire::View message, const Random& random,
                         std::uint64_t now);
  void sent(wire::View) {}

  bool can_sign() const { return acceptor_.established(); }
  wire::Bytes sign(wire::View message) const { return acceptor_.sign(message); }
  bool verifies(wire::View mic, wire::View message) const { return acceptor_.verifies(mic, message); }
  const AcceptorOutcome& outcome() const { return outcome_; }

 private:
  KerberosAcceptor acceptor_;
  AcceptorOutcome outcome_;
};

}  // namespace security
