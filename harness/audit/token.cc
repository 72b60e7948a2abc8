#include "harness/audit/token.h"

namespace audit {

Token token_in(wire::View buffer) {
  Token token{.spnego = wire::decode<security::Token>(buffer), .ntlm = {}};
  const wire::View inside = security::mechanism_token(token.spnego.message);
  if (security::is_ntlmssp(inside)) token.ntlm = wire::decode<security::NtlmMessage>(inside);
  return token;
}

wire::Bytes without_time(const security::ChallengeMessage& challenge) {
  security::ChallengeMessage message = challenge;
  message.server_challenge = {};
  if (auto* info = std::get_if<security::TargetInfo>(&message.target_info)) {
    for (security::AvPair& pair : info->av_pairs) {
      if (auto* time = std::get_if<security::AvTime>(&pair.value)) time->value = 0;
    }
  }
  return wire::encode(message);
}

}  // namespace audit
