#include "harness/smb2/synthetic_capture.h"

#include <algorithm>

namespace smb2 {
namespace {

constexpr std::size_t headers_size = 40;              // IPv4 and TCP without options
constexpr std::size_t largest_segment = 1460;         // bytes
constexpr std::uint32_t first_sequence = 0xfffffff0;  // near the wrap, so that readers meet it

void put(wire::Bytes& bytes, std::uint64_t value, unsigned width, bool big_endian) {
  for (unsigned i = 0; i < width; ++i) {
    bytes.push_back(static_cast<std::uint8_t>(value >> 8 * (big_endian ? width - 1 - i : i)));
  }
}

std::uint16_t checksum(wire::View header) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i + 1 < header.size(); i += 2)
    sum += static_cast<std::uint32_t>(header[i] << 8 | header[i + 1]);
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

}  // namespace

void SyntheticCapture::open() {
  sent_[0] = sent_[1] = 0;
  packet(true, first_sequence - 1, 0, Flags::syn, {});
  packet(false, first_sequence - 1, first_sequence, Flags::syn_ack, {});
}

void SyntheticCapture::send(bool from_client, wire::View stream) {
  while (!stream.empty()) {
    const wire::View part = stream.first(std::min(stream.size(), largest_segment));
    segment(from_client, sent_[from_client], part);
    sent_[from_client] += static_cast<std::uint32_t>(part.size());
    stream = stream.subspan(part.size());
  }
}

void SyntheticCapture::segment(bool from_client, std::uint32_t place, wire::View data) {
  packet(from_client, first_sequence + place, first_sequence + sent_[!from_client], Flags::push_ack, data);
}

void SyntheticCapture::packet(bool from_client, std::uint32_t sequence, std::uint32_t acknowledged,
                              Flags flags, wire::View data) {
  const std::uint64_t ports[2] = {445, 49152};
  wire::Bytes ip;
  put(ip, 0x45, 2, false);                               // version, header length, no DSCP
  put(ip, headers_size + data.size(), 2, true);          // total length
  put(ip, 0, 4, true);                                   // identification, fragment
  put(ip, 64, 1, true);                                  // time to live
  put(ip, 6, 1, true);                                   // TCP
  put(ip, 0, 2, true);                                   // checksum, below
  put(ip, 0xc0000200 + (from_client ? 1 : 2), 4, true);  // 192.0.2.1 is the client
  put(ip, 0xc0000200 + (from_client ? 2 : 1), 4, true);
  const std::uint16_t sum = checksum(ip);
  ip[10] = static_cast<std::uint8_t>(sum >> 8);
  ip[11] = static_cast<std::uint8_t>(sum & 0xff);
  put(ip, ports[from_client], 2, true);
  put(ip, ports[!from_client], 2, true);
  put(ip, sequence, 4, true);
  put(ip, acknowledged, 4, true);
  put(ip, 5 << 4, 1, true);  // header length
  put(ip, static_cast<std::uint64_t>(flags), 1, true);
  put(ip, 0xffff, 2, true);  // window
  put(ip, 0, 4, true);       // checksum (unchecked), urgent pointer
  ip.insert(ip.end(), data.begin(), data.end());

  put(pcap_, 0, 4, false);           // seconds
  put(pcap_, packets_++, 4, false);  // microseconds
  put(pcap_, ip.size(), 4, false);
  put(pcap_, ip.size(), 4, false);
  pcap_.insert(pcap_.end(), ip.begin(), ip.end());
}

}  // namespace smb2
