// [MS-SMB2] 2.2.41 SMB2 TRANSFORM_HEADER, and the encrypted message behind it
#pragma once

#include <array>
#include <cstdint>

#include "harness/smb2/header.h"
#include "harness/wire/bytes.h"
#include "harness/wire/derived.h"

namespace smb2 {

inline constexpr std::size_t transform_header_size = 52;

// In 3.0 and 3.0.2 the field is EncryptionAlgorithm, whose one value SMB2_ENCRYPTION_AES128_CCM is 1 too.
enum class TransformFlags : std::uint16_t { none = 0, encrypted = 0x0001 };

inline constexpr Name transform_flag_names[] = {{0x0001, "Encrypted", "ENCRYPTED"}};
constexpr Names names(TransformFlags) { return transform_flag_names; }
constexpr bool is_flags(TransformFlags) { return true; }

struct TransformHeader {
  wire::Derived<std::uint32_t> protocol_id;
  std::array<std::uint8_t, 16> signature{};
  std::array<std::uint8_t, 16> nonce{};  // 11 bytes for CCM, 12 for GCM, then zeros
  wire::Derived<std::uint32_t> original_message_size;
  std::uint16_t reserved = 0;
  TransformFlags flags = TransformFlags::encrypted;
  std::uint64_t session_id = 0;
  wire::Bytes encrypted_message;
};

template <class V>
void describe(V& v, TransformHeader& m);

// What the signature protects beside the message: the header from Nonce on (3.1.4.3). Nothing when the bytes
// are too few for a header.
wire::View associated_data(wire::View transformed);

}  // namespace smb2
