#include "harness/smb2/direct_tcp.h"

#include "harness/wire/codec.h"

namespace smb2 {

template <class V>
void describe(V& v, DirectTcp& m) {
  v.reserved("Zero", m.zero);
  v.big_endian("StreamProtocolLength", m.stream_protocol_length, 3);
  v.bytes("SMB2Message", m.smb2_message, m.stream_protocol_length);
}

template void describe(wire::Reader&, DirectTcp&);
template void describe(wire::Writer&, DirectTcp&);

wire::Bytes frame(wire::View message) {
  return wire::encode(DirectTcp{
      .zero = 0, .stream_protocol_length = {}, .smb2_message = wire::Bytes(message.begin(), message.end())});
}

FrameHeader frame_header(std::span<const std::uint8_t, direct_tcp_header_size> bytes) {
  const auto decoded = wire::decode<DirectTcp>(bytes);
  return {decoded.message.zero, decoded.message.stream_protocol_length.value};
}

}  // namespace smb2
