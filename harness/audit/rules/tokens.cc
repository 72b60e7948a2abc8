// [MS-SPNG], RFC 4178, [MS-NLMP] 2.2.1.2 and 3.2.5.1.1: the tokens in NEGOTIATE and SESSION_SETUP responses
#include <fmt/format.h>

#include "harness/audit/rules/rules.h"

namespace audit {
namespace {

using security::AvId;
using security::ChallengeMessage;
using security::NegState;
using security::NegTokenInit;
using security::NegTokenResp;

constexpr std::string_view where = "Buffer";

using TokenCheck = void (*)(const Token&, const Exchange&, Judge&);
template <TokenCheck check>
void on_token(const Exchange& x, Judge& judge) {
  if (x.token) check(*x.token, x, judge);
}

using ChallengeCheck = void (*)(const ChallengeMessage&, const Exchange&, Judge&);
template <ChallengeCheck check>
void on_challenge(const Exchange& x, Judge& judge) {
  if (const auto* challenge = x.token ? x.token->challenge() : nullptr) check(*challenge, x, judge);
}

void is_der(const Token& token, const Exchange&, Judge& judge) {
  if (!token.is_spnego()) return;
  judge.applies();
  if (!token.spnego.issues.empty()) {
    judge.fail(where, "a token in DER", token.spnego.issues.front().text());
  } else if (!token.spnego.message.trailing.empty()) {
    judge.fail(where, "nothing behind the token",
               fmt::format("{} bytes", token.spnego.message.trailing.size()));
  }
}

void is_initial(const Token& token, Judge& judge) {
  const NegTokenInit* init = token.init();
  judge.applies();
  if (init == nullptr || !init->initial_context_token) {
    judge.fail(where, "a NegTokenInit2", "another token");
  } else if (init->this_mech != security::spnego) {
    judge.fail(where, "thisMech of SPNEGO", wire::to_hex(init->this_mech));
  }
}

void announces(const Token& token, const Exchange& x, Judge& judge) {
  if (x.negotiate() != nullptr) is_initial(token, judge);
}

// An empty token asks for what NEGOTIATE announces (3.3.5.5.3, [MS-SPNG] 3.2.5.2).
void answers(const Token& token, const Exchange& x, Judge& judge) {
  const auto* asked = x.asked<smb2::SessionSetupRequest>();
  if (asked == nullptr || !x.request_token || !x.request_token->spnego.issues.empty()) return;
  if (asked->buffer.empty()) return is_initial(token, judge);
  if (!x.request_token->is_spnego()) return;
  judge.applies();
  if (token.response() == nullptr)
    judge.fail(where, "a NegTokenResp, as the request was SPNEGO", "another token");
}

void hint(const Token& token, const Exchange&, Judge& judge) {
  const NegTokenInit* init = token.init();
  if (init == nullptr || !init->neg_hints || !init->neg_hints->hint_name) return;
  judge.applies();
  const wire::Bytes& name = init->neg_hints->hint_name->value;
  if (!std::ranges::equal(name, security::hint_name))
    judge.fail(where, fmt::format("hintName \"{}\"", security::hint_name), wire::to_hex(name));
}

template <void (*check)(const NegTokenInit&, Judge&)>
void on_announcement(const Token& token, const Exchange&, Judge& judge) {
  if (const NegTokenInit* init = token.init()) check(*init, judge);
}

void announces_mechanisms(const NegTokenInit& init, Judge& judge) {
  judge.applies();
  if (!init.mech_types || init.mech_types->list.mech_types.empty())
    judge.fail(where, "mechTypes with a mechanism", "none");
}

void has_no_address(const NegTokenInit& init, Judge& judge) {
  judge.applies();
  if (init.neg_hints && init.neg_hints->hint_address)
    judge.fail(where, "no hintAddress", wire::to_hex(init.neg_hints->hint_address->value));
}

void has_no_flags(const NegTokenInit& init, Judge& judge) {
  judge.applies();
  if (init.req_flags) judge.fail(where, "no reqFlags", wire::to_hex(init.req_flags->value));
}

void mechanism_offered(const Token& token, const Exchange& x, Judge& judge) {
  const NegTokenResp* response = token.response();
  const NegTokenInit* offer = x.request_token ? x.request_token->init() : nullptr;
  if (response == nullptr || !response->supported_mech || offer == nullptr || !offer->mech_types) return;
  judge.applies();
  const auto& mechanism = response->supported_mech->value;
  const auto& offered = offer->mech_types->list.mech_types;
  if (std::ranges::find(offered, mechanism, &security::MechType::value) == offered.end())
    judge.fail(where, "supportedMech of the client's mechTypes", wire::to_hex(mechanism));
}

void neg_state(const Token& token, const Exchange& x, Judge& judge) {
  const NegTokenResp* response = token.response();
  if (response == nullptr || !response->neg_state) return;
  const NegState state = response->neg_state->value;
  if (x.header().status == smb2::NtStatus::success)
    return judge.one_of(where, state, {NegState::accept_completed});
  judge.one_of(where, state, {NegState::accept_incomplete, NegState::request_mic});
}

// NTLM has three messages: nothing is left to say once the third was taken.
void says_no_more(const Token& token, const Exchange& x, Judge& judge) {
  const NegTokenResp* response = token.response();
  const bool is_ntlm = x.request_token && x.request_token->ntlm;
  if (response == nullptr || !is_ntlm || x.header().status != smb2::NtStatus::success) return;
  judge.applies();
  if (response->response_token)
    judge.fail(where, "no responseToken", wire::to_hex(response->response_token->value));
}

void challenge_is_whole(const Token& token, const Exchange&, Judge& judge) {
  if (token.challenge() == nullptr) return;
  judge.applies();
  const auto& issues = token.ntlm->issues;
  const auto wrong = std::ranges::find_if(issues, [](const wire::Issue& issue) {
    return issue.rule == wire::Rule::outside || issue.rule == wire::Rule::truncated ||
           issue.rule == wire::Rule::wrong_constant;
  });
  if (wrong != issues.end()) judge.fail(where, "a CHALLENGE_MESSAGE with its payloads inside", wrong->text());
}

void challenge_reserved(const ChallengeMessage& challenge, const Exchange&, Judge& judge) {
  judge.applies();
  if (challenge.reserved != decltype(challenge.reserved){})
    judge.fail(where, "Reserved 0", wire::to_hex(challenge.reserved));
}

void maximum_lengths(const ChallengeMessage& challenge, const Exchange&, Judge& judge) {
  judge.applies();
  for (const security::PayloadFields& fields : challenge.fields) {
    if (fields.max_length.value == fields.length.value) continue;
    judge.fail(where, fmt::format("MaxLen {}, as Len", fields.length.value),
               fmt::format("{}", fields.max_length.value));
  }
}

void version(const ChallengeMessage& challenge, const Exchange&, Judge& judge) {
  constexpr std::uint8_t ntlmssp_revision_w2k3 = 15;
  if (!challenge.version || !wire::has(challenge.negotiate_flags, security::NegotiateFlags::version)) return;
  judge.applies();
  if (challenge.version->ntlm_revision_current != ntlmssp_revision_w2k3)
    judge.fail(where, "NTLMRevisionCurrent 15", fmt::format("{}", challenge.version->ntlm_revision_current));
  if (challenge.version->reserved != decltype(challenge.version->reserved){})
    judge.fail(where, "Reserved of VERSION 0", wire::to_hex(challenge.version->reserved));
}

void target_info(const ChallengeMessage& challenge, const Exchange&, Judge& judge) {
  const auto* info = std::get_if<security::TargetInfo>(&challenge.target_info);
  if (info == nullptr || !wire::has(challenge.negotiate_flags, security::NegotiateFlags::target_info)) return;
  judge.applies();
  const auto& pairs = info->av_pairs;
  if (pairs.empty() || !pairs.back().last() || pairs.back().length.value != 0 || !info->trailing.empty())
    return judge.fail(where, "TargetInfo that ends with an empty MsvAvEOL", "another end");
  for (const AvId id : {AvId::nb_computer_name, AvId::nb_domain_name}) {
    if (security::find_pair(pairs, id) == nullptr) return judge.fail(where, Judge::text(id), "none");
  }
}

void challenge_same(const ChallengeMessage& challenge, const Exchange& x, Judge& judge) {
  const auto* asked = x.request_token ? x.request_token->ntlm_negotiate() : nullptr;
  if (asked == nullptr) return;
  const auto earlier = x.server.challenges.find(asked->negotiate_flags);
  if (earlier == x.server.challenges.end()) return;
  judge.applies();
  const wire::Bytes now = without_time(challenge);
  const wire::Bytes& before = earlier->second;
  const auto [a, b] = std::ranges::mismatch(before, now);
  if (a == before.end() && b == now.end()) return;
  const auto shown = [](wire::View rest) {
    return wire::to_hex(rest.first(std::min<std::size_t>(4, rest.size())));
  };
  judge.fail(where,
             fmt::format("{} at byte {}, as in an earlier one", shown({a, before.end()}), a - before.begin()),
             shown({b, now.end()}));
}

void challenge_time(const ChallengeMessage& challenge, const Exchange& x, Judge& judge) {
  constexpr std::uint64_t day = 24 * 36'000'000'000;  // in 100 ns
  const auto* info = std::get_if<security::TargetInfo>(&challenge.target_info);
  const auto* pair = info == nullptr ? nullptr : security::find_pair(info->av_pairs, AvId::timestamp);
  const auto* time = pair == nullptr ? nullptr : std::get_if<security::AvTime>(&pair->value);
  if (time == nullptr || !x.connection.system_time) return;
  judge.applies();
  const std::uint64_t told = *x.connection.system_time;
  const std::uint64_t apart = std::max(told, time->value) - std::min(told, time->value);
  if (apart > day) {
    judge.fail(where, fmt::format("MsvAvTimestamp near SystemTime {:#x}", told),
               fmt::format("{:#x}", time->value));
  }
}

const Entry<ResponseCheck> table[] = {
    {{"token-der", "A SPNEGO token is DER, and all that its Buffer holds", Strength::must, "SES-114"},
     on_token<is_der>},
    {{"token-announcement", "NEGOTIATE has a NegTokenInit2 of SPNEGO", Strength::must, "NEG-078"},
     on_token<announces>},
    {{"token-answer", "SPNEGO is answered with a NegTokenResp, an empty token with a NegTokenInit2",
      Strength::must, "SES-115"},
     on_token<answers>},
    {{"token-hint", "hintName is the one that says nothing", Strength::should, "NEG-081"}, on_token<hint>},
    {{"token-mechanisms", "A NegTokenInit2 lists mechanisms", Strength::must, "NEG-080"},
     on_token<on_announcement<announces_mechanisms>>},
    {{"token-hint-address", "A NegTokenInit2 has no hintAddress", Strength::must, "NEG-082"},
     on_token<on_announcement<has_no_address>>},
    {{"token-flags", "A NegTokenInit2 has no reqFlags", Strength::should, "NEG-083"},
     on_token<on_announcement<has_no_flags>>},
    {{"token-mechanism", "supportedMech is one that the client offered", Strength::must, "SES-116"},
     on_token<mechanism_offered>},
    {{"token-state", "negState says the same as Status", Strength::must, "SES-117"}, on_token<neg_state>},
    {{"token-after-ntlm", "Behind the AUTHENTICATE_MESSAGE a server has nothing to say", Strength::must,
      "SES-126"},
     on_token<says_no_more>},
    {{"challenge-layout", "A CHALLENGE_MESSAGE has its payloads inside", Strength::must, "SES-118"},
     on_token<challenge_is_whole>},
    {{"challenge-reserved", "Reserved of a CHALLENGE_MESSAGE is 0", Strength::must, "SES-119"},
     on_challenge<challenge_reserved>},
    {{"challenge-max-lengths", "MaxLen of a payload is its Len", Strength::should, "SES-120"},
     on_challenge<maximum_lengths>},
    {{"challenge-target-info", "TargetInfo names computer and domain and ends with MsvAvEOL", Strength::must,
      "SES-121"},
     on_challenge<target_info>},
    {{"challenge-version", "A VERSION is of NTLMSSP revision 15, its Reserved 0", Strength::should,
      "SES-122"},
     on_challenge<version>},
    {{"challenge-same", "A server describes itself the same in every CHALLENGE_MESSAGE", Strength::should,
      "SES-123"},
     on_challenge<challenge_same>},
    {{"challenge-time", "MsvAvTimestamp is the server's time, which SystemTime tells", Strength::should,
      "SES-124"},
     on_challenge<challenge_time>},
};

}  // namespace

ResponseEntries token_rules() { return table; }

}  // namespace audit
