// [MS-CIFS] 2.2.4.52.1 SMB_COM_NEGOTIATE Request, the multi-protocol start of [MS-SMB2] 3.3.5.3
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "harness/wire/bytes.h"
#include "harness/wire/derived.h"

namespace smb1 {

inline constexpr std::uint32_t protocol_id = 0x424d53ff;  // FF 'S' 'M' 'B'
inline constexpr std::uint8_t negotiate_command = 0x72;

inline constexpr std::string_view smb_2_002 = "SMB 2.002";
inline constexpr std::string_view smb_2_wildcard = "SMB 2.???";

struct NegotiateRequest {
  wire::Derived<std::uint32_t> protocol;
  wire::Derived<std::uint8_t> command;
  std::uint32_t status = 0;
  std::uint8_t flags = 0x18;
  std::uint16_t flags2 = 0xc853;
  std::uint16_t pid_high = 0;
  std::array<std::uint8_t, 8> security_features{};
  std::uint16_t reserved = 0;
  std::uint16_t tid = 0xffff;
  std::uint16_t pid_low = 0xfeff;
  std::uint16_t uid = 0;
  std::uint16_t mid = 0;
  std::uint8_t word_count = 0;
  wire::Derived<std::uint16_t> byte_count;
  wire::Bytes dialects;  // each 0x02, ASCII, NUL
  wire::Bytes trailing;
};

template <class V>
void describe(V& v, NegotiateRequest& m);

// The strings of `dialects`; what does not start with 0x02 or end with NUL is left out.
std::vector<std::string_view> dialect_strings(const NegotiateRequest& request);

wire::Bytes dialect_bytes(std::span<const std::string_view> strings);

}  // namespace smb1
