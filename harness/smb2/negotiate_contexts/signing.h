// [MS-SMB2] 2.2.3.1.7, 2.2.4.1.7 SMB2_SIGNING_CAPABILITIES
#pragma once

#include <cstdint>
#include <vector>

#include "harness/smb2/flags.h"
#include "harness/wire/derived.h"
#include "harness/wire/value.h"

namespace smb2 {

enum class SigningAlgorithm : std::uint16_t { hmac_sha256 = 0x0000, aes_cmac = 0x0001, aes_gmac = 0x0002 };

inline constexpr Name signing_algorithm_names[] = {
    {0x0000, "HMAC-SHA256"}, {0x0001, "AES-CMAC"}, {0x0002, "AES-GMAC"}};
constexpr Names names(SigningAlgorithm) { return signing_algorithm_names; }

struct SigningCapabilities {
  wire::Derived<std::uint16_t> signing_algorithm_count;
  std::vector<SigningAlgorithm> signing_algorithms;
};

template <class V>
void describe(V& v, SigningCapabilities& m) {
  v.value("SigningAlgorithmCount", m.signing_algorithm_count);
  v.array("SigningAlgorithms", m.signing_algorithms, m.signing_algorithm_count);
}

}  // namespace smb2
