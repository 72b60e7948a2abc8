// [MS-SMB2] 2.2.3.1.2, 2.2.4.1.2 SMB2_ENCRYPTION_CAPABILITIES
#pragma once

#include <cstdint>
#include <vector>

#include "harness/smb2/flags.h"
#include "harness/wire/derived.h"
#include "harness/wire/value.h"

namespace smb2 {

enum class Cipher : std::uint16_t {
  none = 0x0000,  // a response that agrees on no cipher
  aes_128_ccm = 0x0001,
  aes_128_gcm = 0x0002,
  aes_256_ccm = 0x0003,
  aes_256_gcm = 0x0004,
};

inline constexpr Name cipher_names[] = {
    {0x0001, "AES-128-CCM"}, {0x0002, "AES-128-GCM"}, {0x0003, "AES-256-CCM"}, {0x0004, "AES-256-GCM"}};
constexpr Names names(Cipher) { return cipher_names; }

struct EncryptionCapabilities {
  wire::Derived<std::uint16_t> cipher_count;
  std::vector<Cipher> ciphers;
};

template <class V>
void describe(V& v, EncryptionCapabilities& m) {
  v.value("CipherCount", m.cipher_count);
  v.array("Ciphers", m.ciphers, m.cipher_count);
}

}  // namespace smb2
