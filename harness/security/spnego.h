// [MS-SPNG] and RFC 4178: the tokens of the Simple and Protected GSS-API Negotiation Mechanism.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "harness/wire/bytes.h"

namespace security {

// The arcs of an object identifier: 1.3.6.1.5.5.2 is {1, 3, 6, 1, 5, 5, 2}.
using ObjectIdentifier = std::vector<std::uint32_t>;

inline const ObjectIdentifier spnego = {1, 3, 6, 1, 5, 5, 2};
inline const ObjectIdentifier ntlmssp = {1, 3, 6, 1, 4, 1, 311, 2, 2, 10};

inline constexpr std::string_view hint_name = "not_defined_in_RFC4178@please_ignore";  // [MS-SPNG] 3.2.5.2

// [MS-SPNG] 3.2.5.2: the token a server sends before it has received one, as GSS-API frames it (RFC
// 2743 3.1): the mechanisms it has, by preference, and the hint that everybody ignores.
wire::Bytes neg_token_init2(std::span<const ObjectIdentifier> mech_types);

}  // namespace security
