#include "harness/security/spnego_acceptor.h"

#include <algorithm>

namespace security {
namespace {

// Lengths that run past their end and tags where others belong form no token.
bool is_whole(const std::vector<wire::Issue>& issues) {
  return std::ranges::none_of(issues, [](const wire::Issue& issue) {
    return issue.rule == wire::Rule::outside || issue.rule == wire::Rule::truncated ||
           issue.rule == wire::Rule::wrong_constant;
  });
}

}  // namespace

// [MS-SPNG] 3.2.5.2: Windows announces both names of Kerberos, its own first.
std::vector<ObjectIdentifier> mechanisms(const AcceptorSettings& settings) {
  if (!settings.keytab) return {ntlmssp};
  return {microsoft_kerberos, kerberos, ntlmssp};
}

SpnegoAcceptor::Answer SpnegoAcceptor::refuse(Refusal refusal) {
  state_ = State::over;
  return {.progress = Progress::failed, .refusal = refusal};
}

SpnegoAcceptor::Answer SpnegoAcceptor::accept(const AcceptorSettings& settings, wire::View bytes,
                                              const Random& random, std::uint64_t now) {
  if (state_ == State::over) return refuse(Refusal::malformed);
  if (state_ == State::start && bytes.empty()) {
    return {.progress = Progress::more, .token = neg_token_init2(mechanisms(settings))};
  }
  if (is_ntlmssp(bytes)) {
    bare_ = bare_ || state_ == State::start;
    return bare_ ? take(settings, bytes, nullptr, random, now) : refuse(Refusal::malformed);
  }
  const auto token = wire::decode<Token>(bytes);
  if (!is_whole(token.issues)) return refuse(Refusal::malformed);
  if (const auto* init = std::get_if<NegTokenInit>(&token.message.body);
      init != nullptr && state_ == State::start) {
    return first(settings, *init, random, now);
  }
  if (const auto* resp = std::get_if<NegTokenResp>(&token.message.body);
      resp != nullptr && state_ != State::start) {
    return next(settings, *resp, random, now);
  }
  return refuse(Refusal::malformed);
}

SpnegoAcceptor::Answer SpnegoAcceptor::first(const AcceptorSettings& settings, const NegTokenInit& token,
                                             const Random& random, std::uint64_t now) {
  if (token.initial_context_token && token.this_mech != spnego) return refuse(Refusal::no_mechanism);
  if (!token.mech_types || token.mech_types->list.mech_types.empty()) return refuse(Refusal::malformed);
  const auto& offered = token.mech_types->list.mech_types;
  const auto ours = std::ranges::find_first_of(offered, mechanisms(settings), {}, &MechType::value);
  if (ours == offered.end()) return refuse(Refusal::no_mechanism);
  chosen_ = ours->value;
  if (chosen_ != ntlmssp) mechanism_.emplace<KerberosMechanism>();
  mech_types_ = wire::encode(token.mech_types->list);
  mic_required_ = ours != offered.begin();
  state_ = State::running;
  // The mechToken is for the first of the list alone.
  if (!mic_required_ && token.mech_token)
    return take(settings, token.mech_token->value, nullptr, random, now);
  Answer answer{.progress = Progress::more};
  answer.token = response(mic_required_ ? NegState::request_mic : NegState::accept_incomplete, {}, false);
  return answer;
}

SpnegoAcceptor::Answer SpnegoAcceptor::next(const AcceptorSettings& settings, const NegTokenResp& token,
                                            const Random& random, std::uint64_t now) {
  if (bare_) return refuse(Refusal::malformed);
  if (token.neg_state && token.neg_state->value == NegState::reject) return refuse(Refusal::malformed);
  const wire::Bytes* mic = token.mech_list_mic ? &token.mech_list_mic->value : nullptr;
  if (state_ == State::awaiting_mic) return mic == nullptr ? refuse(Refusal::altered) : finish({}, mic);
  if (!token.response_token) return refuse(Refusal::malformed);
  return take(settings, token.response_token->value, mic, random, now);
}

// The mechanism's message, with or without SPNEGO around it.
SpnegoAcceptor::Answer SpnegoAcceptor::take(const AcceptorSettings& settings, wire::View message,
                                            const wire::Bytes* mic, const Random& random, std::uint64_t now) {
  MechanismAnswer answer = std::visit(
      [&](auto& mechanism) { return mechanism.accept(settings, message, random, now); }, mechanism_);
  if (answer.progress == Progress::failed) return refuse(answer.refusal);
  const bool is_done = answer.progress == Progress::done;
  state_ = is_done ? State::over : State::running;
  if (bare_) return {.progress = answer.progress, .token = std::move(answer.token)};
  if (!is_done)
    return {.progress = Progress::more,
            .token = response(NegState::accept_incomplete, std::move(answer.token), false)};
  if (mic == nullptr && mic_required_ && can_sign()) {
    state_ = State::awaiting_mic;
    return {.progress = Progress::more,
            .token = response(NegState::accept_incomplete, std::move(answer.token), true)};
  }
  return finish(std::move(answer.token), mic);
}

// RFC 4178 5: a MIC is answered with one, unless ours went out before.
SpnegoAcceptor::Answer SpnegoAcceptor::finish(wire::Bytes message, const wire::Bytes* mic) {
  const bool signs = mic != nullptr && can_sign();
  const auto verifies = [&](const auto& mechanism) { return mechanism.verifies(*mic, mech_types_); };
  if (signs && !std::visit(verifies, mechanism_)) return refuse(Refusal::altered);
  const bool ours_is_out = state_ == State::awaiting_mic;
  state_ = State::over;
  return {.progress = Progress::done,
          .token = response(NegState::accept_completed, std::move(message), signs && !ours_is_out)};
}

bool SpnegoAcceptor::can_sign() const {
  return std::visit([](const auto& mechanism) { return mechanism.can_sign(); }, mechanism_);
}

wire::Bytes SpnegoAcceptor::response(NegState state, wire::Bytes message, bool mic) {
  NegTokenResp resp;
  resp.neg_state.emplace().value = state;
  if (!answered_) resp.supported_mech.emplace().value = chosen_;
  answered_ = true;
  if (!message.empty()) resp.response_token.emplace().value = std::move(message);
  if (mic) {
    resp.mech_list_mic.emplace().value =
        std::visit([&](const auto& mechanism) { return mechanism.sign(mech_types_); }, mechanism_);
  }
  return wire::encode(Token{.body = std::move(resp)});
}

void SpnegoAcceptor::sent(wire::View bytes) {
  const auto token = wire::decode<Token>(bytes);
  std::visit([&](auto& mechanism) { mechanism.sent(mechanism_token(token.message)); }, mechanism_);
}

wire::Bytes SpnegoAcceptor::welcome_guest() const {
  return bare_ ? wire::Bytes{} : SpnegoAcceptor(*this).response(NegState::accept_completed, {}, false);
}

const AcceptorOutcome& SpnegoAcceptor::outcome() const {
  return std::visit([](const auto& mechanism) -> const AcceptorOutcome& { return mechanism.outcome(); },
                    mechanism_);
}

}  // namespace security
