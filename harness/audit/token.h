// The security token in the Buffer of a NEGOTIATE or SESSION_SETUP message, taken apart.
#pragma once

#include <optional>

#include "harness/security/ntlmssp.h"
#include "harness/security/spnego.h"

namespace audit {

struct Token {
  wire::Decoded<security::Token> spnego;
  std::optional<wire::Decoded<security::NtlmMessage>> ntlm;  // inside, or in its place

  bool is_spnego() const { return init() != nullptr || response() != nullptr; }
  const security::NegTokenInit* init() const {
    return std::get_if<security::NegTokenInit>(&spnego.message.body);
  }
  const security::NegTokenResp* response() const {
    return std::get_if<security::NegTokenResp>(&spnego.message.body);
  }
  const security::ChallengeMessage* challenge() const {
    return ntlm ? std::get_if<security::ChallengeMessage>(&ntlm->message.body) : nullptr;
  }
  const security::NegotiateMessage* ntlm_negotiate() const {
    return ntlm ? std::get_if<security::NegotiateMessage>(&ntlm->message.body) : nullptr;
  }
};

Token token_in(wire::View buffer);

// A CHALLENGE_MESSAGE without what differs each time: ServerChallenge and MsvAvTimestamp.
wire::Bytes without_time(const security::ChallengeMessage& challenge);

}  // namespace audit
