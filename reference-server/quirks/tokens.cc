#include "reference-server/quirks/tokens.h"

#include "harness/security/ntlmssp.h"
#include "harness/security/spnego.h"

namespace reference {
namespace {

using security::NegotiateFlags;

void leave_out_sign(wire::Bytes& challenge) {
  auto message = wire::decode<security::ChallengeMessage>(challenge).message;
  message.negotiate_flags = message.negotiate_flags & ~NegotiateFlags::sign;
  challenge = wire::encode(message);
}

}  // namespace

bool prefers_another_mechanism(wire::View token) {
  const auto decoded = wire::decode<security::Token>(token).message;
  const auto* init = std::get_if<security::NegTokenInit>(&decoded.body);
  if (init == nullptr || !init->mech_types) return false;
  const auto& offered = init->mech_types->list.mech_types;
  return !offered.empty() && offered.front().value != security::ntlmssp;
}

bool depart(const Quirks& quirks, wire::Bytes& token) {
  const bool without_sign = quirks.has(Quirk::challenge_without_sign);
  const bool wrong_mic = quirks.has(Quirk::mech_list_mic_wrong);
  if (!without_sign && !wrong_mic) return false;
  auto decoded = wire::decode<security::Token>(token).message;
  auto* response = std::get_if<security::NegTokenResp>(&decoded.body);
  if (response == nullptr) return false;
  const bool is_challenge =
      response->response_token &&
      security::message_type(response->response_token->value) == security::MessageType::challenge;
  if (without_sign && is_challenge) leave_out_sign(response->response_token->value);
  if (wrong_mic && response->mech_list_mic) response->mech_list_mic->value = wire::Bytes(16);
  token = wire::encode(decoded);
  return true;
}

}  // namespace reference
