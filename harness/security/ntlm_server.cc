#include "harness/security/ntlm_server.h"

#include <algorithm>

#include "harness/security/upper_case.h"

namespace security {
namespace {

using enum NegotiateFlags;

constexpr NegotiateFlags supported = unicode | request_target | sign | seal | ntlm | always_sign |
                                     extended_session_security | target_info | version | key_128 |
                                     key_exchange | key_56;

bool cut_short(const std::vector<wire::Issue>& issues) {
  return std::ranges::find(issues, wire::Rule::truncated, &wire::Issue::rule) != issues.end();
}

bool same_name(const wire::Utf16& name, std::string_view expected) {
  return upper_case(name) == upper_case(wire::Utf16::from_utf8(expected));
}

TargetInfo target_info_of(const NtlmServerSettings& settings, std::uint64_t now) {
  TargetInfo info;
  const auto add = [&](AvId id, std::string_view name) {
    info.av_pairs.push_back({.id = id, .value = AvName{wire::Utf16::from_utf8(name)}});
  };
  add(AvId::nb_domain_name, settings.nb_domain_name);
  add(AvId::nb_computer_name, settings.nb_computer_name);
  add(AvId::dns_domain_name, settings.dns_domain_name);
  add(AvId::dns_computer_name, settings.dns_computer_name);
  if (settings.tells_time) info.av_pairs.push_back({.id = AvId::timestamp, .value = AvTime{now}});
  info.av_pairs.push_back({.id = AvId::eol});
  return info;
}

// 3.2.5.1.2
bool is_anonymous(const AuthenticateMessage& m) {
  const auto* nt = std::get_if<wire::Bytes>(&m.nt_challenge_response);
  const wire::Bytes& lm = m.lm_challenge_response;
  return m.user_name.raw.empty() && nt != nullptr && nt->empty() && (lm.empty() || lm == wire::Bytes{0});
}

// Nothing when a key is to be exchanged and has another size.
std::optional<Key> exported_key(const AuthenticateMessage& m, const Key& base_key) {
  if (!exchanges_key(m.negotiate_flags)) return base_key;
  Key key;
  if (m.encrypted_random_session_key.size() != key.size()) return std::nullopt;
  std::ranges::copy(rc4k(base_key, m.encrypted_random_session_key), key.begin());
  return key;
}

// 3.2.5.1.2: a MIC that MsvAvFlags promises is there and right.
bool keeps_mic_promise(const AuthenticateMessage& m, const NtlmV2Response& response, const Key& key,
                       wire::View negotiate, wire::View challenge, wire::View bytes) {
  if (!wire::has(flags_of(response.av_pairs), AvFlags::mic_provided)) return true;
  if (!m.mic || !m.version) return false;
  wire::Bytes without_mic(bytes.begin(), bytes.end());
  std::fill_n(without_mic.begin() + mic_offset, m.mic->size(), std::uint8_t{0});
  return *m.mic == message_integrity_code(key, negotiate, challenge, without_mic);
}

}  // namespace

std::optional<ChallengeMessage> NtlmServer::challenge(const NtlmServerSettings& settings, wire::View bytes,
                                                      const Random& random, std::uint64_t now) {
  if (message_type(bytes) != MessageType::negotiate) return std::nullopt;
  // The fields of the domain and the workstation may be missing, as clients that name none have it.
  const auto negotiate = wire::decode<NegotiateMessage>(bytes);
  if (bytes.size() < 16) return std::nullopt;
  negotiate_.assign(bytes.begin(), bytes.end());
  random(server_challenge_);
  ChallengeMessage message{.negotiate_flags = (negotiate.message.negotiate_flags & supported) | ntlm |
                                              target_info | target_type_server,
                           .server_challenge = server_challenge_,
                           .version = Version{},
                           .target_name = wire::Utf16::from_utf8(settings.nb_computer_name),
                           .target_info = target_info_of(settings, now)};
  return message;
}

NtlmOutcome NtlmServer::authenticate(const NtlmServerSettings& settings, wire::View bytes) const {
  if (challenge_.empty() || message_type(bytes) != MessageType::authenticate) return {};
  const auto decoded = wire::decode<AuthenticateMessage>(bytes);
  const AuthenticateMessage& m = decoded.message;
  const bool outside =
      std::ranges::find(decoded.issues, wire::Rule::outside, &wire::Issue::rule) != decoded.issues.end();
  if (cut_short(decoded.issues) || outside) return {};
  const bool lengths_differ = std::ranges::any_of(
      m.fields, [](const PayloadFields& f) { return f.length.value != f.max_length.value; });
  if (settings.compares_max_lengths && lengths_differ) return {};

  NtlmOutcome outcome{.user = m.user_name.to_utf8(),
                      .domain = m.domain_name.to_utf8(),
                      .workstation = m.workstation.to_utf8(),
                      .flags = m.negotiate_flags};
  const auto nobodys_key = exported_key(m, Key{});
  if (!nobodys_key) return outcome;
  outcome.exported_session_key = *nobodys_key;
  const auto decide = [&](NtlmVerdict verdict) {
    outcome.verdict = verdict;
    return outcome;
  };
  if (is_anonymous(m)) return decide(NtlmVerdict::anonymous);

  const auto user = std::ranges::find_if(settings.users, [&](const NtlmUser& candidate) {
    return same_name(m.user_name, candidate.name) &&
           (!candidate.domain || same_name(m.domain_name, *candidate.domain));
  });
  if (user == settings.users.end()) return decide(NtlmVerdict::no_such_user);

  const auto* response = std::get_if<NtlmV2Response>(&m.nt_challenge_response);
  if (response == nullptr) return decide(NtlmVerdict::wrong_password);
  const Key response_key = ntowf_v2(user->password, m.user_name, m.domain_name);
  const Key proof = nt_proof(response_key, server_challenge_, *response);
  if (proof != response->nt_proof_str) return decide(NtlmVerdict::wrong_password);

  const Key key = *exported_key(m, session_base_key(response_key, proof));
  if (!keeps_mic_promise(m, *response, key, negotiate_, challenge_, bytes))
    return decide(NtlmVerdict::altered);
  outcome.exported_session_key = key;
  return decide(NtlmVerdict::user);
}

}  // namespace security
