// [MS-NLMP] 3.3.2 and 3.4: what NTLMv2 computes. MD4 and RC4 come from OpenSSL's legacy provider: where that
// cannot be loaded, functions that need them throw std::runtime_error, which says what to install.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "harness/security/ntlmssp.h"

namespace security {

using Key = std::array<std::uint8_t, 16>;

// Fills bytes that others must not foretell, or that a seed decides.
using Random = std::function<void(std::span<std::uint8_t>)>;

// 3.3.2 NTOWFv2, which is ResponseKeyNT and ResponseKeyLM
Key ntowf_v2(std::string_view password, const wire::Utf16& user, const wire::Utf16& domain);

// 3.3.2 NTProofStr; the response's own proof is not part of it.
Key nt_proof(const Key& response_key, std::span<const std::uint8_t, 8> server_challenge,
             const NtlmV2Response& response);

// 3.3.2 LmChallengeResponse: 24 bytes
wire::Bytes lm_v2_response(const Key& response_key, std::span<const std::uint8_t, 8> server_challenge,
                           std::span<const std::uint8_t, 8> client_challenge);

// 3.3.2 SessionBaseKey, which is KeyExchangeKey (3.4.5.1)
Key session_base_key(const Key& response_key, const Key& proof);

// Whether the client sends a key of its own, sealed with KeyExchangeKey. 3.1.5.1.2
bool exchanges_key(NegotiateFlags flags);

// RC4K: enciphers and deciphers.
wire::Bytes rc4k(const Key& key, wire::View data);

// 3.1.5.1.2: over the three messages, the MIC of the last being zero.
Mic message_integrity_code(const Key& exported_session_key, wire::View negotiate, wire::View challenge,
                           wire::View authenticate);

enum class Direction : std::uint8_t { client_to_server, server_to_client };

// 3.4.5.2
Key signing_key(const Key& exported_session_key, Direction direction);

// 3.4.5.3 with extended session security
Key sealing_key(const Key& exported_session_key, NegotiateFlags flags, Direction direction);

// Whether the flags agree on signatures as sign() makes them.
bool can_sign(NegotiateFlags flags);

// 3.4.4.2: the signature of the first message in a direction, sequence number 0; 16 bytes.
wire::Bytes sign(const Key& exported_session_key, NegotiateFlags flags, Direction direction,
                 wire::View message);

}  // namespace security
