// [MS-SPNG] and RFC 4178: the tokens of the Simple and Protected GSS-API Negotiation Mechanism.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/wire/der_codec.h"

namespace security {

// The content octets of an object identifier.
using ObjectIdentifier = wire::Bytes;

inline const ObjectIdentifier spnego = {0x2b, 6, 1, 5, 5, 2};                      // 1.3.6.1.5.5.2
inline const ObjectIdentifier ntlmssp = {0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 10};  // 1.3.6.1.4.1.311.2.2.10
inline const ObjectIdentifier negoex = {0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 30};   // 1.3.6.1.4.1.311.2.2.30
inline const ObjectIdentifier kerberos = {0x2a, 0x86, 0x48, 0x86, 0xf7,
                                          0x12, 1,    2,    2};  // 1.2.840.113554.1.2.2
inline const ObjectIdentifier microsoft_kerberos = {0x2a, 0x86, 0x48, 0x82, 0xf7,
                                                    0x12, 1,    2,    2};  // 1.2.840.48018.1.2.2

// "NTLMSSP", "KRB5"; "" for others.
std::string_view mechanism_name(const ObjectIdentifier& mechanism);

inline constexpr std::string_view hint_name = "not_defined_in_RFC4178@please_ignore";  // [MS-SPNG] 3.2.5.2

enum class NegState : std::uint8_t {
  accept_completed = 0,
  accept_incomplete = 1,
  reject = 2,
  request_mic = 3
};

inline constexpr wire::Name neg_state_names[] = {
    {0, "accept-completed"}, {1, "accept-incomplete"}, {2, "reject"}, {3, "request-mic"}};
constexpr wire::Names names(NegState) { return neg_state_names; }

struct MechType {
  wire::Tlv header;
  ObjectIdentifier value;
  std::string_view kind() const { return mechanism_name(value); }
};

// Its encoding is what a mechListMIC protects.
struct MechTypeList {
  using Encoding = wire::Der;
  wire::Tlv sequence;
  std::vector<MechType> mech_types;
};

struct MechTypes {
  wire::Tlv outer;
  MechTypeList list;
};

// [MS-SPNG] 2.2.1
struct NegHints {
  wire::Tlv outer;
  wire::Tlv sequence;
  std::optional<wire::Tagged<wire::Bytes>> hint_name;     // GeneralString
  std::optional<wire::Tagged<wire::Bytes>> hint_address;  // OCTET STRING
};

// NegTokenInit, and NegTokenInit2 when it has negHints. In the frame of an initial token as RFC 2743 3.1 has
// it.
struct NegTokenInit {
  std::optional<wire::Tlv> initial_context_token = wire::Tlv{};
  wire::Tlv this_mech_header;
  ObjectIdentifier this_mech = spnego;
  wire::Tlv outer;
  wire::Tlv sequence;
  std::optional<MechTypes> mech_types;
  std::optional<wire::Tagged<wire::Bytes>> req_flags;  // BIT STRING: the number of unused bits, and the bits
  std::optional<wire::Tagged<wire::Bytes>> mech_token;
  std::optional<NegHints> neg_hints;
  std::optional<wire::Tagged<wire::Bytes>> mech_list_mic;  // [3]; behind negHints [4]
};

struct NegTokenResp {
  wire::Tlv outer;
  wire::Tlv sequence;
  std::optional<wire::Tagged<NegState>> neg_state;
  std::optional<wire::Tagged<ObjectIdentifier>> supported_mech;
  std::optional<wire::Tagged<wire::Bytes>> response_token;
  std::optional<wire::Tagged<wire::Bytes>> mech_list_mic;
};

// Whatever stands in a security buffer; Bytes for what is no SPNEGO, NTLMSSP without it for one.
struct Token {
  using Encoding = wire::Der;
  std::variant<NegTokenInit, NegTokenResp, wire::Bytes> body;
  wire::Bytes trailing;  // bytes behind the token
};

template <class V>
void describe(V& v, MechTypeList& m);
template <class V>
void describe(V& v, Token& m);

NegTokenInit neg_token_init(std::span<const ObjectIdentifier> mech_types);

// [MS-SPNG] 3.2.5.2: the token a server sends before it has received one: the mechanisms it has, by
// preference, and the hint that everybody ignores.
wire::Bytes neg_token_init2(std::span<const ObjectIdentifier> mech_types);

// The message of a mechanism that a token carries, or that stands there without one; empty where there is
// none.
wire::View mechanism_token(const Token& token);

}  // namespace security
