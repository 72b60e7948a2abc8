#include "harness/security/spnego_initiator.h"

namespace security {
namespace {

wire::Bytes encode_bent(Token token, const Bends& bends) {
  if (bends.token) bends.token(token);
  return wire::encode(token);
}

template <class Message>
void bend(const std::function<void(Message&)>& with, Message& message) {
  if (with) with(message);
}

}  // namespace

SpnegoInitiator::Step SpnegoInitiator::fail(std::string reason) {
  over_ = true;
  return {.progress = Progress::failed, .reason = std::move(reason)};
}

SpnegoInitiator::Step SpnegoInitiator::step(wire::View received, const Random& random, std::uint64_t now,
                                            const Bends& bends) {
  if (over_) return fail("the exchange is over");
  if (leg_ == Leg::none) return begin(bends);
  if (leg_ != Leg::negotiate) return conclude(received, bends);
  if (settings_.bare) return answer(received, random, now, bends);

  const auto token = wire::decode<Token>(received);
  const auto* resp = std::get_if<NegTokenResp>(&token.message.body);
  // A server may answer without SPNEGO although it was asked with it.
  if (resp == nullptr) return answer(received, random, now, bends);
  if (resp->neg_state && resp->neg_state->value == NegState::reject)
    return fail("the server rejects every mechanism");
  if (resp->response_token) return answer(resp->response_token->value, random, now, bends);
  if (negotiated_ && !(resp->neg_state && resp->neg_state->value == NegState::request_mic)) {
    return fail("no CHALLENGE_MESSAGE in the server's token");
  }
  if (resp->supported_mech && resp->supported_mech->value != ntlmssp)
    return fail("the server chose another mechanism");
  return send_mechanism_token(negotiate_message(bends), false, bends);
}

wire::Bytes SpnegoInitiator::negotiate_message(const Bends& bends) {
  NegotiateMessage message = ntlm_.negotiate();
  bend(bends.negotiate, message);
  wire::Bytes bytes = wire::encode(message);
  ntlm_.sent_negotiate(bytes);
  negotiated_ = true;
  return bytes;
}

SpnegoInitiator::Step SpnegoInitiator::begin(const Bends& bends) {
  leg_ = Leg::negotiate;
  if (settings_.bare) return {.progress = Progress::more, .token = negotiate_message(bends)};
  NegTokenInit token = neg_token_init(settings_.mech_types);
  const bool preferred = !settings_.mech_types.empty() && settings_.mech_types.front() == ntlmssp;
  if (settings_.optimistic && preferred) token.mech_token.emplace().value = negotiate_message(bends);
  return {.progress = Progress::more, .token = encode_bent({.body = std::move(token)}, bends)};
}

SpnegoInitiator::Step SpnegoInitiator::answer(wire::View challenge, const Random& random, std::uint64_t now,
                                              const Bends& bends) {
  auto message = ntlm_.answer(challenge, random, now);
  if (!message) return fail(std::move(message.error()));
  bend(bends.before_proof, *message);
  ntlm_.prove(*message);
  bend(bends.before_mic, *message);
  ntlm_.protect(*message);
  bend(bends.after_mic, *message);
  leg_ = Leg::authenticate;
  wire::Bytes bytes = wire::encode(*message);
  if (settings_.bare) return {.progress = Progress::more, .token = std::move(bytes)};
  const bool signs = settings_.mech_list_mic && !ntlm_.credentials().anonymous() && can_sign(ntlm_.flags());
  return send_mechanism_token(std::move(bytes), signs, bends);
}

SpnegoInitiator::Step SpnegoInitiator::send_mechanism_token(wire::Bytes message, bool with_mic,
                                                            const Bends& bends) {
  NegTokenResp token;
  if (!message.empty()) token.response_token.emplace().value = std::move(message);
  if (with_mic) token.mech_list_mic.emplace().value = mic(Direction::client_to_server);
  mic_sent_ = mic_sent_ || with_mic;
  return {.progress = Progress::more, .token = encode_bent({.body = std::move(token)}, bends)};
}

// RFC 4178 5: over the list as it was meant to be sent.
wire::Bytes SpnegoInitiator::mic(Direction direction) const {
  const NegTokenInit sent = neg_token_init(settings_.mech_types);
  return sign(ntlm_.exported_session_key(), ntlm_.flags(), direction, wire::encode(sent.mech_types->list));
}

wire::Bytes SpnegoInitiator::server_mic() const {
  return can_sign(ntlm_.flags()) ? mic(Direction::server_to_client) : wire::Bytes();
}

SpnegoInitiator::Step SpnegoInitiator::conclude(wire::View received, const Bends& bends) {
  const auto done = [&] {
    over_ = true;
    return Step{.progress = Progress::done};
  };
  if (received.empty()) return done();
  const auto token = wire::decode<Token>(received);
  const auto* resp = std::get_if<NegTokenResp>(&token.message.body);
  if (resp == nullptr) return fail("the server's last token is no NegTokenResp");
  if (resp->neg_state && resp->neg_state->value == NegState::reject)
    return fail("the server rejects the sign-in");
  if (resp->mech_list_mic && can_sign(ntlm_.flags()) && resp->mech_list_mic->value != server_mic())
    return fail("the server's mechListMIC is wrong");
  if (!resp->neg_state || resp->neg_state->value == NegState::accept_completed) return done();
  if (mic_sent_ || !can_sign(ntlm_.flags())) return fail("the server asks for more than there is");
  leg_ = Leg::mech_list_mic;
  return send_mechanism_token({}, true, bends);
}

}  // namespace security
