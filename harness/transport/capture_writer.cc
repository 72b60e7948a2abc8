#include "harness/transport/capture_writer.h"

#include <algorithm>
#include <map>

namespace transport {
namespace {

// pcapng (draft-ietf-opsawg-pcapng), written in the byte order of little-endian machines.
constexpr std::uint32_t section_header_block = 0x0a0d0d0a;
constexpr std::uint32_t interface_description_block = 1;
constexpr std::uint32_t enhanced_packet_block = 6;
constexpr std::uint32_t byte_order_magic = 0x1a2b3c4d;
constexpr std::uint16_t link_type_raw_ip = 101;
constexpr std::uint16_t comment_option = 1;

// Made-up ends: addresses set aside for documentation (RFC 5737), the server on the port of SMB.
constexpr std::uint32_t server_address = 0xc0000202;    // 192.0.2.2
constexpr std::uint32_t client_addresses = 0xc6336401;  // 198.51.100.1 and on
constexpr std::uint16_t server_port = 445;
constexpr std::uint32_t first_client_port = 10000;
constexpr std::uint32_t client_ports = 50000;  // an address each, before the next address

constexpr std::size_t largest_segment = 65000;  // bytes; IPv4 carries 65,535 with its headers
constexpr std::uint8_t fin = 0x01, syn = 0x02, rst = 0x04, push = 0x08, ack = 0x10;

class Bytes {
 public:
  wire::Bytes bytes;

  void little(std::uint64_t value, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
  void big(std::uint64_t value, std::size_t width) {
    for (std::size_t i = width; i-- > 0;) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
  void add(wire::View more) { bytes.insert(bytes.end(), more.begin(), more.end()); }
  void pad() { bytes.resize((bytes.size() + 3) / 4 * 4); }
};

std::uint16_t header_checksum(wire::View header) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i + 1 < header.size(); i += 2)
    sum += static_cast<std::uint32_t>(header[i] << 8 | header[i + 1]);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

}  // namespace

// One TCP connection as far as it has been told.
struct CaptureWriter::Conversation {
  std::uint32_t client_address;
  std::uint16_t client_port;
  std::uint32_t client_sequence = 1000;
  std::uint32_t server_sequence = 5000;
};

struct CaptureWriter::Segment {
  Conversation& conversation;
  bool from_client;
  std::uint8_t flags;
  wire::View data = {};
};

CaptureWriter::CaptureWriter(std::ostream& out) : out_(out) {
  Bytes section;
  section.little(byte_order_magic, 4);
  section.little(1, 2);
  section.little(0, 2);
  section.little(~std::uint64_t{0}, 8);  // length of the section: not told
  block(section_header_block, section.bytes);
  Bytes interface;
  interface.little(link_type_raw_ip, 2);
  interface.little(0, 2);
  interface.little(0, 4);  // no limit to a packet
  block(interface_description_block, interface.bytes);
}

void CaptureWriter::block(std::uint32_t type, wire::View body) {
  Bytes bytes;
  const std::size_t size = 12 + body.size();
  bytes.little(type, 4);
  bytes.little(size, 4);
  bytes.add(body);
  bytes.little(size, 4);
  out_.write(reinterpret_cast<const char*>(bytes.bytes.data()),
             static_cast<std::streamsize>(bytes.bytes.size()));
}

void CaptureWriter::packet(std::uint64_t time, const Segment& segment, std::string_view comment) {
  Conversation& c = segment.conversation;
  std::uint32_t& sequence = segment.from_client ? c.client_sequence : c.server_sequence;
  const std::uint32_t acknowledged = segment.from_client ? c.server_sequence : c.client_sequence;

  Bytes ip;
  ip.big(0x4500, 2);
  ip.big(40 + segment.data.size(), 2);
  ip.big(0, 4);       // identification, fragment
  ip.big(0x4006, 2);  // time to live, TCP
  ip.big(0, 2);       // checksum, below
  ip.big(segment.from_client ? c.client_address : server_address, 4);
  ip.big(segment.from_client ? server_address : c.client_address, 4);
  const std::uint16_t checksum = header_checksum(ip.bytes);
  ip.bytes[10] = static_cast<std::uint8_t>(checksum >> 8);
  ip.bytes[11] = static_cast<std::uint8_t>(checksum);
  ip.big(segment.from_client ? c.client_port : server_port, 2);
  ip.big(segment.from_client ? server_port : c.client_port, 2);
  ip.big(sequence, 4);
  ip.big((segment.flags & ack) != 0 ? acknowledged : 0, 4);
  ip.big(0x5000U | segment.flags, 2);
  ip.big(0xffff, 2);  // window
  ip.big(0, 4);       // checksum, as with offloading; urgent pointer
  ip.add(segment.data);

  Bytes body;
  body.little(0, 4);  // interface
  body.little(time >> 32, 4);
  body.little(time, 4);
  body.little(ip.bytes.size(), 4);
  body.little(ip.bytes.size(), 4);
  body.add(ip.bytes);
  body.pad();
  if (!comment.empty()) {
    body.little(comment_option, 2);
    body.little(comment.size(), 2);
    body.add({reinterpret_cast<const std::uint8_t*>(comment.data()), comment.size()});
    body.pad();
    body.little(0, 4);
  }
  block(enhanced_packet_block, body.bytes);
  sequence += static_cast<std::uint32_t>(segment.data.size());
  if ((segment.flags & (syn | fin)) != 0) ++sequence;
}

void CaptureWriter::add(const Recording& recording, std::uint64_t start, std::string_view comment) {
  std::map<unsigned, Conversation> conversations;
  for (const Recorded& event : recording) {
    const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(event.at).count();
    const std::uint64_t time = start + static_cast<std::uint64_t>(microseconds);
    auto found = conversations.find(event.connection);
    if (found == conversations.end()) {
      const std::uint32_t number = connections_++;
      Conversation made{.client_address = client_addresses + number / client_ports,
                        .client_port = static_cast<std::uint16_t>(first_client_port + number % client_ports)};
      found = conversations.emplace(event.connection, made).first;
      Conversation& c = found->second;
      packet(time, {c, true, syn}, comment);
      packet(time, {c, false, syn | ack}, {});
      packet(time, {c, true, ack}, {});
    }
    Conversation& c = found->second;
    const bool ours = event.event == Event::sent || event.event == Event::closed_by_us;
    if (event.event == Event::closed_by_us || event.event == Event::closed_by_peer) {
      const bool reset = event.note.find("reset") != std::string::npos;
      packet(time, {c, ours, static_cast<std::uint8_t>(reset ? rst | ack : fin | ack)}, {});
    }
    for (wire::View rest = event.bytes; !rest.empty();) {
      const wire::View piece = rest.first(std::min(rest.size(), largest_segment));
      packet(time, {c, ours, push | ack, piece}, {});
      rest = rest.subspan(piece.size());
    }
  }
}

}  // namespace transport
