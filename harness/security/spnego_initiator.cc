#include "harness/security/spnego_initiator.h"

namespace security {
namespace {

wire::Bytes encode_bent(Token token, const Bends& bends) {
  if (bends.token) bends.token(token);
  return wire::encode(token);
}

}  // namespace

SpnegoInitiator::Step SpnegoInitiator::fail(std::string reason) {
  over_ = true;
  return {.progress = Progress::failed, .reason = std::move(reason)};
}

bool SpnegoInitiator::established() const {
  return std::visit([](const auto& mechanism) { return mechanism.established(); }, mechanism_);
}

bool SpnegoInitiator::speaks(const ObjectIdentifier& mechanism) const {
  if (std::holds_alternative<NtlmInitiator>(mechanism_)) return mechanism == ntlmssp;
  return mechanism == microsoft_kerberos || mechanism == kerberos;
}

wire::View SpnegoInitiator::session_key() const {
  return std::visit([](const auto& mechanism) { return mechanism.session_key(); }, mechanism_);
}

SpnegoInitiator::Step SpnegoInitiator::step(wire::View received, const Random& random, std::uint64_t now,
                                            const Bends& bends) {
  if (over_) return fail("the exchange is over");
  if (!begun_) return begin(bends);
  if (established()) return conclude(received, bends);
  if (settings_.bare) return answer(received, received, random, now, bends);

  const auto token = wire::decode<Token>(received);
  const auto* resp = std::get_if<NegTokenResp>(&token.message.body);
  // A server may answer without SPNEGO although it was asked with it.
  if (resp == nullptr) return answer(received, received, random, now, bends);
  if (resp->neg_state && resp->neg_state->value == NegState::reject)
    return fail("the server rejects every mechanism");
  if (resp->response_token) return answer(resp->response_token->value, received, random, now, bends);
  if (first_sent_ && !(resp->neg_state && resp->neg_state->value == NegState::request_mic)) {
    return fail("no message of the mechanism in the server's token");
  }
  if (resp->supported_mech && !speaks(resp->supported_mech->value))
    return fail("the server chose another mechanism");
  return send_first(bends);
}

SpnegoInitiator::Step SpnegoInitiator::begin(const Bends& bends) {
  begun_ = true;
  const bool preferred = !settings_.mech_types.empty() && speaks(settings_.mech_types.front());
  wire::Bytes message;
  if (settings_.bare || (settings_.optimistic && preferred)) {
    auto first = std::visit([&](auto& mechanism) { return mechanism.begin(bends); }, mechanism_);
    if (!first) return fail(std::move(first.error()));
    first_sent_ = true;
    message = *std::move(first);
  }
  if (settings_.bare) return {.progress = Progress::more, .token = std::move(message)};
  NegTokenInit token = neg_token_init(settings_.mech_types);
  if (first_sent_) token.mech_token.emplace().value = std::move(message);
  return {.progress = Progress::more, .token = encode_bent({.body = std::move(token)}, bends)};
}

SpnegoInitiator::Step SpnegoInitiator::send_first(const Bends& bends) {
  auto message = std::visit([&](auto& mechanism) { return mechanism.begin(bends); }, mechanism_);
  if (!message) return fail(std::move(message.error()));
  first_sent_ = true;
  return send_mechanism_token(*std::move(message), false, bends);
}

// `message` is the mechanism's inside of what was received.
SpnegoInitiator::Step SpnegoInitiator::answer(wire::View message, wire::View received, const Random& random,
                                              std::uint64_t now, const Bends& bends) {
  auto reply =
      std::visit([&](auto& mechanism) { return mechanism.answer(message, random, now, bends); }, mechanism_);
  if (!reply) return fail(std::move(reply.error()));
  if (reply->empty()) return conclude(received, bends);
  if (settings_.bare) return {.progress = Progress::more, .token = *std::move(reply)};
  const bool signs = settings_.mech_list_mic &&
                     std::visit([](const auto& mechanism) { return mechanism.signs_unasked(); }, mechanism_);
  return send_mechanism_token(*std::move(reply), signs, bends);
}

SpnegoInitiator::Step SpnegoInitiator::send_mechanism_token(wire::Bytes message, bool with_mic,
                                                            const Bends& bends) {
  NegTokenResp token;
  if (!message.empty()) token.response_token.emplace().value = std::move(message);
  if (with_mic) {
    token.mech_list_mic.emplace().value =
        std::visit([&](const auto& mechanism) { return mechanism.sign(mech_type_list()); }, mechanism_);
  }
  mic_sent_ = mic_sent_ || with_mic;
  return {.progress = Progress::more, .token = encode_bent({.body = std::move(token)}, bends)};
}

// RFC 4178 5: the list as it was meant to be sent is what a MIC is over.
wire::Bytes SpnegoInitiator::mech_type_list() const {
  return wire::encode(neg_token_init(settings_.mech_types).mech_types->list);
}

wire::Bytes SpnegoInitiator::server_mic() const {
  return std::visit([&](const auto& mechanism) { return mechanism.server_mic(mech_type_list()); },
                    mechanism_);
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
  const bool signs = std::visit([](const auto& mechanism) { return mechanism.can_sign(); }, mechanism_);
  const auto verifies = [&](const auto& mechanism) {
    return mechanism.verifies(resp->mech_list_mic->value, mech_type_list());
  };
  if (resp->mech_list_mic && signs && !std::visit(verifies, mechanism_))
    return fail("the server's mechListMIC is wrong");
  if (!resp->neg_state || resp->neg_state->value == NegState::accept_completed) return done();
  if (mic_sent_ || !signs) return fail("the server asks for more than there is");
  return send_mechanism_token({}, true, bends);
}

std::expected<void, std::string> SpnegoInitiator::finish(wire::View received) {
  if (std::holds_alternative<NtlmInitiator>(mechanism_)) return {};
  const Step last = step(received, {}, 0);
  if (last.progress == Progress::done) return {};
  return std::unexpected(last.progress == Progress::failed ? last.reason
                                                           : "it ends before the mechanism has");
}

}  // namespace security
