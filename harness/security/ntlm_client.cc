#include "harness/security/ntlm_client.h"

#include <algorithm>

#include "harness/security/upper_case.h"

namespace security {
namespace {

constexpr std::size_t lm_response_size = 24;  // bytes

AvPair name_pair(AvId id, std::string_view text) {
  return {.id = id, .value = AvName{wire::Utf16::from_utf8(text)}};
}

// 3.1.5.1.2: the server's pairs without their end, then what the client adds.
std::vector<AvPair> repeated(const std::vector<AvPair>& target_info) {
  std::vector<AvPair> pairs = target_info;
  std::erase_if(pairs, [](const AvPair& pair) { return pair.id == AvId::eol; });
  return pairs;
}

void promise_mic(std::vector<AvPair>& pairs) {
  const AvFlags flags = flags_of(pairs) | AvFlags::mic_provided;
  std::erase_if(pairs, [](const AvPair& pair) { return pair.id == AvId::flags; });
  pairs.push_back({.id = AvId::flags, .value = AvFlagBits{flags}});
}

}  // namespace

NegotiateMessage NtlmClient::negotiate() const {
  NegotiateMessage message{.negotiate_flags = settings_.flags};
  if (wire::has(settings_.flags, NegotiateFlags::version)) message.version.emplace();
  return message;
}

NtlmV2Response NtlmClient::response_to(const std::vector<AvPair>& target_info, const Random& random,
                                       std::uint64_t now) const {
  NtlmV2Response response;
  response.av_pairs = repeated(target_info);
  const AvPair* timestamp = find_pair(target_info, AvId::timestamp);
  const auto* time = timestamp == nullptr ? nullptr : std::get_if<AvTime>(&timestamp->value);
  response.time_stamp = time == nullptr ? now : time->value;
  random(response.challenge_from_client);
  if (time != nullptr && settings_.provides_mic) promise_mic(response.av_pairs);
  if (!settings_.target_name.empty()) {
    response.av_pairs.push_back(name_pair(AvId::target_name, settings_.target_name));
  }
  response.av_pairs.push_back({.id = AvId::eol});
  response.trailing = {0, 0, 0, 0};  // 3.3.2
  return response;
}

std::expected<AuthenticateMessage, std::string> NtlmClient::answer(wire::View bytes, const Random& random,
                                                                   std::uint64_t now) {
  if (message_type(bytes) != MessageType::challenge) return std::unexpected("no NTLM CHALLENGE_MESSAGE");
  const auto challenge = wire::decode<ChallengeMessage>(bytes);
  const auto has = [&](wire::Rule rule) {
    return std::ranges::find(challenge.issues, rule, &wire::Issue::rule) != challenge.issues.end();
  };
  if (has(wire::Rule::truncated)) return std::unexpected("a CHALLENGE_MESSAGE cut short");
  if (has(wire::Rule::outside)) return std::unexpected("a CHALLENGE_MESSAGE that points outside itself");
  challenge_.assign(bytes.begin(), bytes.end());
  server_challenge_ = challenge.message.server_challenge;
  flags_ = settings_.flags & challenge.message.negotiate_flags;
  if (wire::has(settings_.flags, NegotiateFlags::version)) flags_ = flags_ | NegotiateFlags::version;
  random(random_session_key_);

  AuthenticateMessage message{.negotiate_flags = flags_,
                              .version = Version{},
                              .mic = Mic{},
                              .domain_name = wire::Utf16::from_utf8(credentials_.domain),
                              .user_name = wire::Utf16::from_utf8(credentials_.user),
                              .workstation = wire::Utf16::from_utf8(credentials_.workstation)};
  if (credentials_.anonymous()) {
    message.negotiate_flags = flags_ = flags_ | NegotiateFlags::anonymous;
    message.lm_challenge_response = {0};
    return message;
  }
  const auto* target_info = std::get_if<TargetInfo>(&challenge.message.target_info);
  message.nt_challenge_response =
      response_to(target_info == nullptr ? std::vector<AvPair>{} : target_info->av_pairs, random, now);
  message.lm_challenge_response.assign(lm_response_size, 0);
  return message;
}

void NtlmClient::prove(AuthenticateMessage& message) {
  Key base_key{};
  if (auto* response = std::get_if<NtlmV2Response>(&message.nt_challenge_response)) {
    const Key response_key = ntowf_v2(credentials_.password, message.user_name, message.domain_name);
    response->nt_proof_str = nt_proof(response_key, server_challenge_, *response);
    base_key = session_base_key(response_key, response->nt_proof_str);
    // 3.1.5.1.2: an LMv2 response only for a server that tells no time.
    if (find_pair(response->av_pairs, AvId::timestamp) == nullptr) {
      message.lm_challenge_response =
          lm_v2_response(response_key, server_challenge_, response->challenge_from_client);
    }
  }
  flags_ = message.negotiate_flags;
  if (exchanges_key(flags_)) {
    exported_session_key_ = random_session_key_;
    message.encrypted_random_session_key = rc4k(base_key, exported_session_key_);
  } else {
    exported_session_key_ = base_key;
  }
}

void NtlmClient::protect(AuthenticateMessage& message) const {
  const auto* response = std::get_if<NtlmV2Response>(&message.nt_challenge_response);
  const bool promised = response != nullptr && wire::has(flags_of(response->av_pairs), AvFlags::mic_provided);
  if (!promised || !message.mic) return;
  message.mic = Mic{};
  message.mic = message_integrity_code(exported_session_key_, negotiate_, challenge_, wire::encode(message));
}

}  // namespace security
