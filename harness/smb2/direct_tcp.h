// [MS-SMB2] 2.1 Direct TCP transport packet header
#pragma once

#include <cstdint>

#include "harness/wire/bytes.h"
#include "harness/wire/derived.h"

namespace smb2 {

inline constexpr std::size_t direct_tcp_header_size = 4;
inline constexpr std::size_t largest_frame = 0x00ffffff;  // bytes of StreamProtocolLength

struct DirectTcp {
  std::uint8_t zero = 0;
  wire::Derived<std::uint32_t> stream_protocol_length;  // 24 bits, most significant byte first
  wire::Bytes smb2_message;
};

template <class V>
void describe(V& v, DirectTcp& m);

wire::Bytes frame(wire::View message);

// What the first four bytes of a frame announce.
struct FrameHeader {
  std::uint8_t zero;
  std::size_t length;  // bytes that follow
};
FrameHeader frame_header(std::span<const std::uint8_t, direct_tcp_header_size> bytes);

}  // namespace smb2
