// Sign-ins of a case, leg by leg: who signs in, with which mechanism, and what each SESSION_SETUP carries.
#pragma once

#include <expected>
#include <string>

#include "harness/scenario/builder.h"
#include "harness/scenario/conversation.h"
#include "harness/security/ntlm_client.h"

namespace scenario {

// Who may sign in to the target.
struct Accounts {
  security::Credentials first;
  security::Credentials second;
};

class Authenticator {
 public:
  // All of them must outlive this. `preferred`: of sign-ins that name no mechanism.
  Authenticator(Conversation& conversation, Environment& environment, Entropy& entropy,
                const Accounts& accounts, SignIn::Mechanism preferred)
      : conversation_(conversation),
        environment_(environment),
        entropy_(entropy),
        accounts_(accounts),
        preferred_(preferred) {}

  // An authentication under the name it is given, not yet begun on the wire; or why there is none.
  std::optional<Mismatch> begin(const SignIn& who, const Link& link);

  // A SESSION_SETUP Request as a step changes it, and what waits for its answer.
  struct Leg {
    Request request;
    smb2::Message message;
    Pending pending;
  };
  // The next one of an authentication. `now`: FILETIME.
  std::expected<Leg, Mismatch> next(const std::string& name, const Request& request, std::uint64_t now);

 private:
  std::expected<security::SpnegoInitiator, std::string> initiator(const SignIn& who) const;
  security::Credentials credentials(std::string_view user) const;

  Conversation& conversation_;
  Environment& environment_;
  Entropy& entropy_;
  const Accounts& accounts_;
  SignIn::Mechanism preferred_;
};

}  // namespace scenario
