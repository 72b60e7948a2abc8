// What SPNEGO asks of a mechanism on the client's side, and the two there are.
#pragma once

#include <expected>
#include <functional>
#include <string>

#include "harness/security/kerberos.h"
#include "harness/security/ntlm_client.h"
#include "harness/security/spnego.h"

namespace security {

// What a case changes on the way out; each is called where that message is due, and may be empty.
struct Bends {
  std::function<void(NegotiateMessage&)> negotiate;
  std::function<void(AuthenticateMessage&)> before_proof;
  std::function<void(AuthenticateMessage&)> before_mic;
  std::function<void(AuthenticateMessage&)> after_mic;
  std::function<void(Token&)>
      token;  // the SPNEGO token around it, with its mechListMIC; not where there is none
};

using MechanismMessage = std::expected<wire::Bytes, std::string>;

class NtlmInitiator {
 public:
  explicit NtlmInitiator(NtlmClient client) : client_(std::move(client)) {}

  MechanismMessage begin(const Bends& bends);
  // The AUTHENTICATE_MESSAGE, with which all is said.
  MechanismMessage answer(wire::View challenge, const Random& random, std::uint64_t now, const Bends& bends);

  bool established() const { return proved_; }
  wire::View session_key() const { return client_.exported_session_key(); }
  bool can_sign() const;
  wire::Bytes sign(wire::View message) const;
  bool verifies(wire::View mic, wire::View message) const;
  // What a MIC of the server has to be; "" where there can be none.
  wire::Bytes server_mic(wire::View message) const;
  // Whether it signs although nobody asks.
  bool signs_unasked() const { return can_sign() && !client_.credentials().anonymous(); }

 private:
  NtlmClient client_;
  bool proved_ = false;
};

class KerberosExchange {
 public:
  explicit KerberosExchange(KerberosTicket ticket) : initiator_(std::move(ticket)) {}

  MechanismMessage begin(const Bends&) { return initiator_.step({}); }
  // Nothing, after the AP-REP.
  MechanismMessage answer(wire::View reply, const Random&, std::uint64_t, const Bends&) {
    return initiator_.step(reply);
  }

  bool established() const { return initiator_.established(); }
  wire::View session_key() const { return initiator_.session_key(); }
  bool can_sign() const { return established(); }
  wire::Bytes sign(wire::View message) const { return initiator_.sign(message); }
  bool verifies(wire::View mic, wire::View message) const { return initiator_.verifies(mic, message); }
  // Numbered by the server, so nobody can tell before.
  wire::Bytes server_mic(wire::View) const { return {}; }
  bool signs_unasked() const { return false; }

 private:
  KerberosInitiator initiator_;
};

}  // namespace security
