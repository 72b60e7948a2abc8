#include "harness/security/ntlmssp.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>
#include <tuple>

namespace security {
namespace {

// 2.2.2.8: the response to the proof, and the client challenge up to its pairs.
constexpr std::size_t smallest_v2_response = 44;

// The names of the three fields, as the specification spells them.
struct FieldNames {
  std::string_view length;
  std::string_view max_length;
  std::string_view buffer_offset;
};

constexpr FieldNames negotiate_names[] = {{"DomainNameLen", "DomainNameMaxLen", "DomainNameBufferOffset"},
                                          {"WorkstationLen", "WorkstationMaxLen", "WorkstationBufferOffset"}};
constexpr FieldNames challenge_names[] = {{"TargetNameLen", "TargetNameMaxLen", "TargetNameBufferOffset"},
                                          {"TargetInfoLen", "TargetInfoMaxLen", "TargetInfoBufferOffset"}};
constexpr FieldNames authenticate_names[] = {
    {"LmChallengeResponseLen", "LmChallengeResponseMaxLen", "LmChallengeResponseBufferOffset"},
    {"NtChallengeResponseLen", "NtChallengeResponseMaxLen", "NtChallengeResponseBufferOffset"},
    {"DomainNameLen", "DomainNameMaxLen", "DomainNameBufferOffset"},
    {"UserNameLen", "UserNameMaxLen", "UserNameBufferOffset"},
    {"WorkstationLen", "WorkstationMaxLen", "WorkstationBufferOffset"},
    {"EncryptedRandomSessionKeyLen", "EncryptedRandomSessionKeyMaxLen",
     "EncryptedRandomSessionKeyBufferOffset"}};

template <class V>
void describe_fields(V& v, const FieldNames& field_names, PayloadFields& m) {
  v.value(field_names.length, m.length);
  v.value(field_names.max_length, m.max_length);
  v.value(field_names.buffer_offset, m.buffer_offset);
}

// The offset of the first payload that has bytes.
template <std::size_t N>
std::size_t first_payload(const std::array<PayloadFields, N>& fields) {
  std::size_t first = std::numeric_limits<std::size_t>::max();
  for (const PayloadFields& f : fields) {
    if (f.length.value != 0) first = std::min<std::size_t>(first, f.buffer_offset.value);
  }
  return first;
}

// A reader takes payloads in the order in which they stand; of two at one place the empty one is first.
template <class V, std::size_t N>
void arrange(V&, std::array<std::uint8_t, N>& order, const std::array<PayloadFields, N>& fields) {
  if constexpr (std::is_same_v<V, wire::Reader>) {
    std::iota(order.begin(), order.end(), std::uint8_t{0});
    std::ranges::sort(order, {}, [&](std::uint8_t i) {
      return std::tuple(fields[i].buffer_offset.value, fields[i].length.value, i);
    });
  }
}

template <class V, class Payload, class... Index>
void describe_payload(V& v, std::string_view name, Payload& payload, PayloadFields& f, Index... index) {
  v.derived(f.max_length, v.window(name, payload, index..., f.buffer_offset, f.length));
}

std::size_t shape_of(wire::View bytes) {
  const auto type = message_type(bytes);
  return type && *type >= MessageType::negotiate && *type <= MessageType::authenticate
             ? static_cast<std::size_t>(*type) - 1
             : 3;
}

}  // namespace

template <class V>
void describe(V& v, Version& m) {
  v.value("ProductMajorVersion", m.product_major_version);
  v.value("ProductMinorVersion", m.product_minor_version);
  v.value("ProductBuild", m.product_build);
  v.value("Reserved", m.reserved);  // SHOULD be zero; macOS has the revision here
  v.value("NTLMRevisionCurrent", m.ntlm_revision_current);
}

template <class V>
void describe(V& v, NegotiateMessage& m) {
  v.constant("Signature", m.signature, ntlmssp_signature);
  v.constant("MessageType", m.message_type, std::uint32_t{1});
  v.value("NegotiateFlags", m.negotiate_flags);
  for (std::size_t i = 0; i < m.fields.size(); ++i) describe_fields(v, negotiate_names[i], m.fields[i]);
  if (v.present(m.version, 8, first_payload(m.fields))) describe(v, *m.version);
  arrange(v, m.payload_order, m.fields);
  for (const std::uint8_t i : m.payload_order) {
    if (i == 0) {
      describe_payload(v, "DomainName", m.domain_name, m.fields[i]);
    } else {
      describe_payload(v, "WorkstationName", m.workstation_name, m.fields[i]);
    }
  }
}

template <class V>
void describe(V& v, ChallengeMessage& m) {
  v.constant("Signature", m.signature, ntlmssp_signature);
  v.constant("MessageType", m.message_type, std::uint32_t{2});
  describe_fields(v, challenge_names[0], m.fields[0]);
  v.value("NegotiateFlags", m.negotiate_flags);
  v.value("ServerChallenge", m.server_challenge);
  v.reserved("Reserved", m.reserved);
  describe_fields(v, challenge_names[1], m.fields[1]);
  if (v.present(m.version, 8, first_payload(m.fields))) describe(v, *m.version);
  arrange(v, m.payload_order, m.fields);
  for (const std::uint8_t i : m.payload_order) {
    if (i == 0) {
      describe_payload(v, "TargetName", m.target_name, m.fields[i]);
    } else {
      describe_payload(v, "TargetInfo", m.target_info, m.fields[i], std::size_t{0});
    }
  }
}

template <class V>
void describe(V& v, NtlmV2Response& m) {
  v.value("NTProofStr", m.nt_proof_str);
  v.value("RespType", m.resp_type);
  v.value("HiRespType", m.hi_resp_type);
  v.reserved("Reserved1", m.reserved1);
  v.reserved("Reserved2", m.reserved2);
  v.value("TimeStamp", m.time_stamp);
  v.value("ChallengeFromClient", m.challenge_from_client);
  v.reserved("Reserved3", m.reserved3);
  v.list("AvPairs", m.av_pairs);
  v.rest("Trailing", m.trailing);
}

template <class V>
void describe(V& v, AuthenticateMessage& m) {
  v.constant("Signature", m.signature, ntlmssp_signature);
  v.constant("MessageType", m.message_type, std::uint32_t{3});
  for (std::size_t i = 0; i < m.fields.size(); ++i) describe_fields(v, authenticate_names[i], m.fields[i]);
  v.value("NegotiateFlags", m.negotiate_flags);
  if (v.present(m.version, 8, first_payload(m.fields))) describe(v, *m.version);
  if (v.present(m.mic, 16, first_payload(m.fields))) v.value("MIC", *m.mic);
  arrange(v, m.payload_order, m.fields);
  for (const std::uint8_t i : m.payload_order) {
    PayloadFields& f = m.fields[i];
    switch (i) {
      case AuthenticateMessage::lm:
        describe_payload(v, "LmChallengeResponse", m.lm_challenge_response, f);
        break;
      case AuthenticateMessage::nt:
        describe_payload(v, "NtChallengeResponse", m.nt_challenge_response, f,
                         f.length.value >= smallest_v2_response ? std::size_t{0} : std::size_t{1});
        break;
      case AuthenticateMessage::domain:
        describe_payload(v, "DomainName", m.domain_name, f);
        break;
      case AuthenticateMessage::user:
        describe_payload(v, "UserName", m.user_name, f);
        break;
      case AuthenticateMessage::host:
        describe_payload(v, "Workstation", m.workstation, f);
        break;
      default:
        describe_payload(v, "EncryptedRandomSessionKey", m.encrypted_random_session_key, f);
        break;
    }
  }
}

template <class V>
void describe(V& v, NtlmMessage& m) {
  v.alternative("Message", m.body, shape_of(v.ahead()));
}

template void describe(wire::Reader&, NegotiateMessage&);
template void describe(wire::Writer&, NegotiateMessage&);
template void describe(wire::Reader&, ChallengeMessage&);
template void describe(wire::Writer&, ChallengeMessage&);
template void describe(wire::Reader&, NtlmV2Response&);
template void describe(wire::Writer&, NtlmV2Response&);
template void describe(wire::Reader&, AuthenticateMessage&);
template void describe(wire::Writer&, AuthenticateMessage&);
template void describe(wire::Reader&, NtlmMessage&);
template void describe(wire::Writer&, NtlmMessage&);

bool is_ntlmssp(wire::View bytes) {
  return bytes.size() >= sizeof(ntlmssp_signature) &&
         std::memcmp(bytes.data(), &ntlmssp_signature, sizeof(ntlmssp_signature)) == 0;
}

std::optional<MessageType> message_type(wire::View bytes) {
  if (!is_ntlmssp(bytes) || bytes.size() < 12) return std::nullopt;
  std::uint32_t type = 0;
  std::memcpy(&type, bytes.data() + 8, sizeof(type));
  return static_cast<MessageType>(type);
}

}  // namespace security
