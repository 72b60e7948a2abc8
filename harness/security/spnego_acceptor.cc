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

SpnegoAcceptor::Answer SpnegoAcceptor::refuse(Refusal refusal) {
  state_ = State::over;
  return {.progress = Progress::failed, .refusal = refusal};
}

SpnegoAcceptor::Answer SpnegoAcceptor::accept(const NtlmServerSettings& settings, wire::View bytes,
                                              const Random& random, std::uint64_t now) {
  if (state_ == State::over) return refuse(Refusal::malformed);
  if (state_ == State::start && bytes.empty()) {
    return {.progress = Progress::more, .token = neg_token_init2({{ntlmssp}})};
  }
  if (is_ntlmssp(bytes)) {
    if (state_ == State::start) {
      bare_ = true;
      return challenge(settings, bytes, random, now);
    }
    return bare_ ? authenticate(settings, bytes, nullptr) : refuse(Refusal::malformed);
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

SpnegoAcceptor::Answer SpnegoAcceptor::first(const NtlmServerSettings& settings, const NegTokenInit& token,
                                             const Random& random, std::uint64_t now) {
  if (token.initial_context_token && token.this_mech != spnego) return refuse(Refusal::no_mechanism);
  if (!token.mech_types || token.mech_types->list.mech_types.empty()) return refuse(Refusal::malformed);
  const auto& offered = token.mech_types->list.mech_types;
  const auto ours = std::ranges::find(offered, ntlmssp, &MechType::value);
  if (ours == offered.end()) return refuse(Refusal::no_mechanism);
  mech_types_ = wire::encode(token.mech_types->list);
  mic_required_ = ours != offered.begin();
  state_ = State::mechanism_chosen;
  // The mechToken is for the first of the list alone.
  if (!mic_required_ && token.mech_token) return challenge(settings, token.mech_token->value, random, now);
  Answer answer{.progress = Progress::more};
  answer.token =
      response(mic_required_ ? NegState::request_mic : NegState::accept_incomplete, {}, true, false);
  answered_ = true;
  return answer;
}

SpnegoAcceptor::Answer SpnegoAcceptor::next(const NtlmServerSettings& settings, const NegTokenResp& token,
                                            const Random& random, std::uint64_t now) {
  if (bare_) return refuse(Refusal::malformed);
  if (token.neg_state && token.neg_state->value == NegState::reject) return refuse(Refusal::malformed);
  const wire::Bytes* mic = token.mech_list_mic ? &token.mech_list_mic->value : nullptr;
  if (state_ == State::awaiting_mic) return mic == nullptr ? refuse(Refusal::altered) : finish(mic);
  if (!token.response_token) return refuse(Refusal::malformed);
  if (state_ == State::mechanism_chosen) return challenge(settings, token.response_token->value, random, now);
  return authenticate(settings, token.response_token->value, mic);
}

SpnegoAcceptor::Answer SpnegoAcceptor::challenge(const NtlmServerSettings& settings, wire::View message,
                                                 const Random& random, std::uint64_t now) {
  const auto challenge = ntlm_.challenge(settings, message, random, now);
  if (!challenge) return refuse(Refusal::malformed);
  wire::Bytes bytes = wire::encode(*challenge);
  ntlm_.sent_challenge(bytes);
  state_ = State::challenged;
  Answer answer{.progress = Progress::more};
  answer.token =
      bare_ ? std::move(bytes) : response(NegState::accept_incomplete, std::move(bytes), !answered_, false);
  answered_ = true;
  return answer;
}

SpnegoAcceptor::Answer SpnegoAcceptor::authenticate(const NtlmServerSettings& settings, wire::View message,
                                                    const wire::Bytes* mic) {
  outcome_ = ntlm_.authenticate(settings, message);
  if (outcome_.verdict != NtlmVerdict::user && outcome_.verdict != NtlmVerdict::anonymous) {
    return refuse(Refusal::ntlm);
  }
  if (bare_) {
    state_ = State::over;
    return {.progress = Progress::done};
  }
  if (mic == nullptr && mic_required_ && can_sign(outcome_.flags)) {
    state_ = State::awaiting_mic;
    return {.progress = Progress::more, .token = response(NegState::accept_incomplete, {}, false, true)};
  }
  return finish(mic);
}

// RFC 4178 5: a MIC is answered with one, unless ours went out before.
SpnegoAcceptor::Answer SpnegoAcceptor::finish(const wire::Bytes* mic) {
  const bool signs = mic != nullptr && can_sign(outcome_.flags);
  if (signs && !verifies(*mic)) return refuse(Refusal::altered);
  const bool ours_is_out = state_ == State::awaiting_mic;
  state_ = State::over;
  return {.progress = Progress::done,
          .token = response(NegState::accept_completed, {}, false, signs && !ours_is_out)};
}

bool SpnegoAcceptor::verifies(const wire::Bytes& mic) const {
  return mic == sign(outcome_.exported_session_key, outcome_.flags, Direction::client_to_server, mech_types_);
}

wire::Bytes SpnegoAcceptor::response(NegState state, wire::Bytes token, bool first_response, bool mic) const {
  NegTokenResp resp;
  resp.neg_state.emplace().value = state;
  if (first_response) resp.supported_mech.emplace().value = ntlmssp;
  if (!token.empty()) resp.response_token.emplace().value = std::move(token);
  if (mic) {
    resp.mech_list_mic.emplace().value =
        sign(outcome_.exported_session_key, outcome_.flags, Direction::server_to_client, mech_types_);
  }
  return wire::encode(Token{.body = std::move(resp)});
}

void SpnegoAcceptor::sent(wire::View bytes) {
  const auto token = wire::decode<Token>(bytes);
  if (const wire::View message = mechanism_token(token.message); is_ntlmssp(message))
    ntlm_.sent_challenge(message);
}

wire::Bytes SpnegoAcceptor::welcome_guest() const {
  return bare_ ? wire::Bytes{} : response(NegState::accept_completed, {}, false, false);
}

}  // namespace security
