// [MS-SMB2] 2.2.3.1.1, 2.2.4.1.1 SMB2_PREAUTH_INTEGRITY_CAPABILITIES
#pragma once

#include <cstdint>
#include <vector>

#include "harness/smb2/flags.h"
#include "harness/wire/derived.h"
#include "harness/wire/value.h"

namespace smb2 {

enum class HashAlgorithm : std::uint16_t { sha_512 = 0x0001 };

inline constexpr Name hash_algorithm_names[] = {{0x0001, "SHA-512"}};
constexpr Names names(HashAlgorithm) { return hash_algorithm_names; }

struct PreauthIntegrityCapabilities {
  wire::Derived<std::uint16_t> hash_algorithm_count;
  wire::Derived<std::uint16_t> salt_length;
  std::vector<HashAlgorithm> hash_algorithms;
  wire::Bytes salt;
};

template <class V>
void describe(V& v, PreauthIntegrityCapabilities& m) {
  v.value("HashAlgorithmCount", m.hash_algorithm_count);
  v.value("SaltLength", m.salt_length);
  v.array("HashAlgorithms", m.hash_algorithms, m.hash_algorithm_count);
  v.bytes("Salt", m.salt, m.salt_length);
}

}  // namespace smb2
