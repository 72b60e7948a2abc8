// A pcap file of one TCP connection that never was, for tests.
#pragma once

#include "harness/wire/bytes.h"

namespace smb2 {

class SyntheticCapture {
 public:
  // The three-way handshake; a second one is another connection from the same port.
  void open();
  // `stream` next in order.
  void send(bool from_client, wire::View stream);
  // `data` at a place in its direction's stream, whatever was sent before.
  void segment(bool from_client, std::uint32_t place, wire::View data);

  const wire::Bytes& pcap() const { return pcap_; }

 private:
  enum class Flags : std::uint8_t { syn = 0x02, syn_ack = 0x12, push_ack = 0x18 };
  void packet(bool from_client, std::uint32_t sequence, std::uint32_t acknowledged, Flags flags,
              wire::View data);

  std::uint32_t sent_[2] = {};  // bytes, by direction
  std::uint32_t packets_ = 0;
  // pcap, version 2.4, snap length 256 KiB, link type 101 (raw IP)
  wire::Bytes pcap_ = {0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 101, 0, 0, 0};
};

}  // namespace smb2
