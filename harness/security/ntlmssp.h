// [MS-NLMP] 2.2.1: the messages of the NT LAN Manager protocol.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/security/av_pair.h"
#include "harness/wire/codec.h"

namespace security {

// 2.2.2.5
enum class NegotiateFlags : std::uint32_t {
  none = 0,
  unicode = 0x00000001,
  oem = 0x00000002,
  request_target = 0x00000004,
  sign = 0x00000010,
  seal = 0x00000020,
  datagram = 0x00000040,
  lm_key = 0x00000080,
  ntlm = 0x00000200,
  anonymous = 0x00000800,
  oem_domain_supplied = 0x00001000,
  oem_workstation_supplied = 0x00002000,
  always_sign = 0x00008000,
  target_type_domain = 0x00010000,
  target_type_server = 0x00020000,
  extended_session_security = 0x00080000,
  identify = 0x00100000,
  request_non_nt_session_key = 0x00400000,
  target_info = 0x00800000,
  version = 0x02000000,
  key_128 = 0x20000000,
  key_exchange = 0x40000000,
  key_56 = 0x80000000,
};

inline constexpr wire::Name negotiate_flag_names[] = {
    {0x00000001, "NTLMSSP_NEGOTIATE_UNICODE", "UNICODE"},
    {0x00000002, "NTLM_NEGOTIATE_OEM", "OEM"},
    {0x00000004, "NTLMSSP_REQUEST_TARGET", "REQUEST_TARGET"},
    {0x00000010, "NTLMSSP_NEGOTIATE_SIGN", "SIGN"},
    {0x00000020, "NTLMSSP_NEGOTIATE_SEAL", "SEAL"},
    {0x00000040, "NTLMSSP_NEGOTIATE_DATAGRAM", "DATAGRAM"},
    {0x00000080, "NTLMSSP_NEGOTIATE_LM_KEY", "LM_KEY"},
    {0x00000200, "NTLMSSP_NEGOTIATE_NTLM", "NTLM"},
    {0x00000800, "NTLMSSP_NEGOTIATE_ANONYMOUS", "ANONYMOUS"},
    {0x00001000, "NTLMSSP_NEGOTIATE_OEM_DOMAIN_SUPPLIED", "OEM_DOMAIN_SUPPLIED"},
    {0x00002000, "NTLMSSP_NEGOTIATE_OEM_WORKSTATION_SUPPLIED", "OEM_WORKSTATION_SUPPLIED"},
    {0x00008000, "NTLMSSP_NEGOTIATE_ALWAYS_SIGN", "ALWAYS_SIGN"},
    {0x00010000, "NTLMSSP_TARGET_TYPE_DOMAIN", "TARGET_TYPE_DOMAIN"},
    {0x00020000, "NTLMSSP_TARGET_TYPE_SERVER", "TARGET_TYPE_SERVER"},
    {0x00080000, "NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY", "EXTENDED_SESSIONSECURITY"},
    {0x00100000, "NTLMSSP_NEGOTIATE_IDENTIFY", "IDENTIFY"},
    {0x00400000, "NTLMSSP_REQUEST_NON_NT_SESSION_KEY", "REQUEST_NON_NT_SESSION_KEY"},
    {0x00800000, "NTLMSSP_NEGOTIATE_TARGET_INFO", "TARGET_INFO"},
    {0x02000000, "NTLMSSP_NEGOTIATE_VERSION", "VERSION"},
    {0x20000000, "NTLMSSP_NEGOTIATE_128", "128"},
    {0x40000000, "NTLMSSP_NEGOTIATE_KEY_EXCH", "KEY_EXCH"},
    {0x80000000, "NTLMSSP_NEGOTIATE_56", "56"},
};
constexpr wire::Names names(NegotiateFlags) { return negotiate_flag_names; }
constexpr bool is_flags(NegotiateFlags) { return true; }

inline constexpr std::uint64_t ntlmssp_signature = 0x005053534d4c544e;  // "NTLMSSP\0"

enum class MessageType : std::uint32_t { negotiate = 1, challenge = 2, authenticate = 3 };

// 2.2.2.10
struct Version {
  std::uint8_t product_major_version = 10;
  std::uint8_t product_minor_version = 0;
  std::uint16_t product_build = 0;
  std::array<std::uint8_t, 3> reserved{};
  std::uint8_t ntlm_revision_current = 15;
};

// Where a payload stands: 8 bytes of every message for each one.
struct PayloadFields {
  wire::Derived<std::uint16_t> length;
  wire::Derived<std::uint16_t> max_length;
  wire::Offset<std::uint32_t> buffer_offset;  // from the start of the message
};

// Payloads come in any order, which `payload_order` keeps, by the fields' numbers. Version and MIC are there
// when the first payload leaves room for them.

// 2.2.1.1
struct NegotiateMessage {
  wire::Derived<std::uint64_t> signature;
  wire::Derived<std::uint32_t> message_type;
  NegotiateFlags negotiate_flags{};
  std::array<PayloadFields, 2> fields;  // DomainName, Workstation
  std::optional<Version> version;
  wire::Bytes domain_name;  // in the OEM character set, as the next
  wire::Bytes workstation_name;
  std::array<std::uint8_t, 2> payload_order = {0, 1};
};

// 2.2.1.2
struct ChallengeMessage {
  wire::Derived<std::uint64_t> signature;
  wire::Derived<std::uint32_t> message_type;
  std::array<PayloadFields, 2> fields;  // TargetName, TargetInfo
  NegotiateFlags negotiate_flags{};
  std::array<std::uint8_t, 8> server_challenge{};
  std::array<std::uint8_t, 8> reserved{};
  std::optional<Version> version;
  wire::Utf16 target_name;  // in the OEM character set without NTLMSSP_NEGOTIATE_UNICODE
  std::variant<TargetInfo, wire::Bytes> target_info = wire::Bytes{};
  std::array<std::uint8_t, 2> payload_order = {0, 1};
};

// 2.2.2.8 NTLMv2_RESPONSE with the NTLMv2_CLIENT_CHALLENGE of 2.2.2.7
struct NtlmV2Response {
  std::array<std::uint8_t, 16> nt_proof_str{};
  std::uint8_t resp_type = 1;
  std::uint8_t hi_resp_type = 1;
  std::uint16_t reserved1 = 0;
  std::uint32_t reserved2 = 0;
  std::uint64_t time_stamp = 0;  // FILETIME
  std::array<std::uint8_t, 8> challenge_from_client{};
  std::uint32_t reserved3 = 0;
  std::vector<AvPair> av_pairs;
  wire::Bytes trailing;  // behind MsvAvEOL: four zeros, by 3.3.2
};

using Mic = std::array<std::uint8_t, 16>;
inline constexpr std::size_t mic_offset = 72;  // bytes from the start of the AUTHENTICATE_MESSAGE

// 2.2.1.3
struct AuthenticateMessage {
  enum Payload : std::uint8_t { lm, nt, domain, user, host, session_key };

  wire::Derived<std::uint64_t> signature;
  wire::Derived<std::uint32_t> message_type;
  std::array<PayloadFields, 6> fields;  // by Payload
  NegotiateFlags negotiate_flags{};
  std::optional<Version> version;
  std::optional<Mic> mic;
  wire::Bytes lm_challenge_response;
  std::variant<NtlmV2Response, wire::Bytes> nt_challenge_response = wire::Bytes{};
  wire::Utf16
      domain_name;  // this and the next two in the OEM character set without NTLMSSP_NEGOTIATE_UNICODE
  wire::Utf16 user_name;
  wire::Utf16 workstation;
  wire::Bytes encrypted_random_session_key;
  std::array<std::uint8_t, 6> payload_order = {domain, user, host, lm, nt, session_key};
};

// Any of them; Bytes for what has another signature or type.
struct NtlmMessage {
  std::variant<NegotiateMessage, ChallengeMessage, AuthenticateMessage, wire::Bytes> body;
};

template <class V>
void describe(V& v, NegotiateMessage& m);
template <class V>
void describe(V& v, ChallengeMessage& m);
template <class V>
void describe(V& v, NtlmV2Response& m);
template <class V>
void describe(V& v, AuthenticateMessage& m);
template <class V>
void describe(V& v, NtlmMessage& m);

bool is_ntlmssp(wire::View bytes);

// The type of a message that has the signature.
std::optional<MessageType> message_type(wire::View bytes);

}  // namespace security
