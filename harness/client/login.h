// One authentication on one connection: a SESSION_SETUP after the other, each handed out before it is sent,
// until there is a session with its keys. [MS-SMB2] 3.2.4.2.3, 3.2.5.3
#pragma once

#include <expected>
#include <string>

#include "harness/client/connection.h"
#include "harness/security/spnego_initiator.h"

namespace client {

class Login {
 public:
  enum class Purpose : std::uint8_t {
    new_session,
    reauthentication,  // of a session of this connection: its keys stay
    binding,           // of another connection's session to this one
  };

  Login(const Connection& connection, security::SpnegoInitiator initiator)
      : initiator_(std::move(initiator)) {
    session_.preauth = connection.preauth();
  }
  // To re-authenticate or bind `existing`.
  Login(const Connection& connection, security::SpnegoInitiator initiator, Purpose purpose,
        const Session& existing);

  // The next SESSION_SETUP: the token for what the server sent last, under the session's id. The error says
  // why there is none. `now` is a FILETIME.
  std::expected<smb2::Message, std::string> next(const security::Random& random, std::uint64_t now,
                                                 const security::Bends& bends);

  // What went out, from the SMB2 header on: 3.1.1 hashes it.
  void sent(wire::View message);

  // A response to it. Takes over id, token, flags, and once it says success the keys.
  void received(const Connection& connection, const smb2::Message& response, wire::View message);

  Purpose purpose() const { return purpose_; }
  const Session& session() const { return session_; }
  // What a mechListMIC in the server's last token has to be; "" where there cannot be one.
  wire::Bytes server_mic() const { return initiator_.server_mic(); }
  // Why a client cannot go on with the response that came last; "" where it can.
  const std::string& objection() const { return objection_; }

 private:
  Purpose purpose_ = Purpose::new_session;
  security::SpnegoInitiator initiator_;
  wire::Bytes token_;  // the server's last
  std::string objection_;
  Session session_;
};

}  // namespace client
