#include "harness/smb2/capture_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>

#include "harness/smb2/direct_tcp.h"
#include "harness/smb2/header.h"
#include "harness/wire/codec.h"

namespace smb2 {
namespace {

using wire::Bytes;
using wire::View;

// Consumes bytes from the front. Past the end it gives zeros and empty views, and is no longer `good`.
class Cursor {
 public:
  explicit Cursor(View bytes, bool big_endian = true) : bytes_(bytes), big_endian_(big_endian) {}

  View take(std::size_t size) {
    if (size > bytes_.size()) {
      good_ = false;
      bytes_ = {};
      return {};
    }
    const View taken = bytes_.first(size);
    bytes_ = bytes_.subspan(size);
    return taken;
  }
  std::uint32_t number(std::size_t width) {
    std::uint32_t number = 0;
    const View digits = take(width);
    for (std::size_t i = 0; i < digits.size(); ++i) {
      number = number << 8 | digits[big_endian_ ? i : digits.size() - 1 - i];
    }
    return number;
  }
  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t u32() { return number(4); }
  View rest() const { return bytes_; }
  bool good() const { return good_; }

 private:
  View bytes_;
  bool big_endian_;
  bool good_ = true;
};

// Link-layer header types, https://www.tcpdump.org/linktypes.html
enum class LinkType : std::uint32_t {
  null = 0,
  ethernet = 1,
  raw = 101,
  linux_sll = 113,
  ipv4 = 228,
  ipv6 = 229,
  linux_sll2 = 276
};

constexpr std::uint16_t ethertype_vlan = 0x8100;
constexpr std::uint8_t protocol_tcp = 6;

// The IP packet in a link-layer frame; empty where there is none.
View ip_packet(LinkType link, View frame) {
  Cursor at(frame);
  switch (link) {
    case LinkType::ethernet: {
      at.take(12);
      while (at.u16() == ethertype_vlan) at.take(2);
      return at.rest();
    }
    case LinkType::null:
      at.take(4);
      return at.rest();
    case LinkType::linux_sll:
      at.take(16);
      return at.rest();
    case LinkType::linux_sll2:
      at.take(20);
      return at.rest();
    case LinkType::raw:
    case LinkType::ipv4:
    case LinkType::ipv6:
      return frame;
  }
  return {};
}

Bytes copy(View bytes) { return {bytes.begin(), bytes.end()}; }

struct Endpoint {
  Bytes address;
  std::uint16_t port = 0;
  auto operator<=>(const Endpoint&) const = default;

  bool serves_smb() const { return port == 445 || port == 139; }
};

struct Segment {
  Endpoint from;
  Endpoint to;
  std::uint32_t sequence = 0;
  bool syn = false;
  bool ack = false;
  View data;
};

std::optional<Segment> segment_of(View packet) {
  Segment segment;
  Cursor ip(packet);
  const std::uint8_t first = ip.u8();
  std::size_t payload = 0;
  if (first >> 4 == 4) {
    ip.take(1);
    const std::size_t total = ip.u16();
    const std::size_t header = std::size_t{4} * (first & 15u);
    ip.take(2);
    const bool fragment = (ip.u16() & 0x3fff) != 0;
    ip.take(1);
    const bool tcp = ip.u8() == protocol_tcp;
    ip.take(2);
    segment.from.address = copy(ip.take(4));
    segment.to.address = copy(ip.take(4));
    if (!tcp || fragment || header < 20 || total < header) return std::nullopt;
    ip.take(header - 20);
    payload = total - header;
  } else if (first >> 4 == 6) {
    ip.take(3);
    payload = ip.u16();
    const bool tcp = ip.u8() == protocol_tcp;
    ip.take(1);
    segment.from.address = copy(ip.take(16));
    segment.to.address = copy(ip.take(16));
    if (!tcp) return std::nullopt;
  } else {
    return std::nullopt;
  }

  // An Ethernet frame may be padded beyond the packet.
  Cursor tcp(ip.rest().first(std::min(payload, ip.rest().size())));
  segment.from.port = tcp.u16();
  segment.to.port = tcp.u16();
  segment.sequence = tcp.u32();
  tcp.take(4);
  const std::size_t header = std::size_t{4} * (tcp.u8() >> 4);
  const std::uint8_t flags = tcp.u8();
  tcp.take(6);
  if (header < 20) return std::nullopt;
  tcp.take(header - 20);
  if (!ip.good() || !tcp.good()) return std::nullopt;
  segment.syn = (flags & 0x02) != 0;
  segment.ack = (flags & 0x10) != 0;
  segment.data = tcp.rest();
  return segment;
}

bool starts_a_frame(View data) {
  constexpr std::uint8_t smb[] = {'S', 'M', 'B'};
  return data.size() >= 8 && data[0] == 0 && data[4] >= 0xfc && std::ranges::equal(data.subspan(5, 3), smb);
}

// One direction of a TCP connection.
class Stream {
 public:
  void syn(std::uint32_t sequence) { next_ = sequence + 1; }

  void data(std::uint32_t sequence, View data) {
    if (data.empty()) return;
    if (!next_) {
      if (!starts_a_frame(data)) return;  // the capture began within a frame
      next_ = sequence;
    }
    const auto ahead = static_cast<std::int32_t>(sequence - *next_);
    if (ahead > 0) {
      early_.try_emplace(received_ + static_cast<std::uint32_t>(ahead), data.begin(), data.end());
      return;
    }
    append(data, static_cast<std::uint64_t>(-std::int64_t{ahead}));
    while (!early_.empty() && early_.begin()->first <= received_) {
      const auto node = early_.extract(early_.begin());
      append(node.mapped(), received_ - node.key());
    }
  }

  // The next whole frame's message. Frames that are no messages (RFC 1002 keep-alives, say) are passed over.
  std::optional<Bytes> next_message() {
    while (ready_.size() >= direct_tcp_header_size) {
      const FrameHeader header = frame_header(View(ready_).first<direct_tcp_header_size>());
      const std::size_t size = direct_tcp_header_size + header.length;
      if (ready_.size() < size) return std::nullopt;
      const auto end = ready_.begin() + static_cast<std::ptrdiff_t>(size);
      Bytes message(ready_.begin() + direct_tcp_header_size, end);
      ready_.erase(ready_.begin(), end);
      if (header.zero == 0) return message;
    }
    return std::nullopt;
  }

  bool has_gaps() const { return !early_.empty(); }

 private:
  void append(View data, std::uint64_t known) {
    if (known >= data.size()) return;
    const View fresh = data.subspan(known);
    ready_.insert(ready_.end(), fresh.begin(), fresh.end());
    received_ += fresh.size();
    *next_ += static_cast<std::uint32_t>(fresh.size());
  }

  std::optional<std::uint32_t> next_;     // the sequence number expected
  std::uint64_t received_ = 0;            // bytes in order so far
  std::map<std::uint64_t, Bytes> early_;  // by their place in the stream
  Bytes ready_;
};

class Reassembly {
 public:
  void packet(LinkType link, View frame) {
    const auto segment = segment_of(ip_packet(link, frame));
    if (!segment || (!segment->from.serves_smb() && !segment->to.serves_smb())) return;
    const bool opens = segment->syn && !segment->ack;
    const bool from_client = opens || !segment->from.serves_smb();
    const auto key =
        from_client ? std::pair(segment->from, segment->to) : std::pair(segment->to, segment->from);
    auto found = connections_.find(key);
    // A SYN after data is the port's next use; before, it was sent again.
    if (found == connections_.end() || (opens && found->second.talked)) {
      if (found != connections_.end()) close(found->second);
      found = connections_.insert_or_assign(key, Connection{.index = capture_.connections++}).first;
    }
    Connection& connection = found->second;
    Stream& stream = from_client ? connection.client : connection.server;
    if (segment->syn) stream.syn(segment->sequence);
    stream.data(segment->sequence + (segment->syn ? 1 : 0), segment->data);
    connection.talked |= !segment->data.empty();
    while (auto message = stream.next_message()) {
      capture_.messages.push_back({connection.index, from_client, std::move(*message)});
    }
  }

  void odd(std::string what) { capture_.oddities.push_back(std::move(what)); }

  Capture take() {
    for (auto& [key, connection] : connections_) close(connection);
    return std::move(capture_);
  }

 private:
  struct Connection {
    std::size_t index = 0;
    Stream client;
    Stream server;
    bool talked = false;
  };

  void close(const Connection& connection) {
    if (connection.client.has_gaps() || connection.server.has_gaps()) {
      odd(fmt::format("connection {}: segments are missing", connection.index));
    }
  }

  std::map<std::pair<Endpoint, Endpoint>, Connection> connections_;  // client, server
  Capture capture_;
};

// https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcap
constexpr std::size_t pcap_header_size = 24;

void read_pcap(View file, bool big_endian, Reassembly& reassembly) {
  Cursor header(file.subspan(20), big_endian);
  const auto link = static_cast<LinkType>(header.u32() & 0xffff);
  Cursor at(file.subspan(pcap_header_size), big_endian);
  while (!at.rest().empty()) {
    at.take(8);  // time
    const std::size_t captured = at.u32();
    at.take(4);  // original length
    const View frame = at.take(captured);
    if (!at.good()) return reassembly.odd("the file ends within a packet");
    reassembly.packet(link, frame);
  }
}

// https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcapng
enum class Block : std::uint32_t {
  section = 0x0a0d0d0a,
  interface = 1,
  simple_packet = 3,
  enhanced_packet = 6
};
constexpr std::size_t block_overhead = 12;  // type, and the length twice

void read_pcapng(View file, Reassembly& reassembly) {
  bool big_endian = false;
  std::vector<LinkType> interfaces;
  while (!file.empty()) {
    Cursor at(file, big_endian);
    auto type = static_cast<Block>(at.u32());
    if (type == Block::section) {
      constexpr std::uint8_t big[] = {0x1a, 0x2b, 0x3c, 0x4d};
      big_endian = file.size() >= 12 && std::ranges::equal(file.subspan(8, 4), big);
      at = Cursor(file.subspan(4), big_endian);
      interfaces.clear();
    }
    const std::size_t length = at.u32();
    if (length < block_overhead || length % 4 != 0 || length > file.size()) {
      return reassembly.odd("the file ends within a block");
    }
    Cursor body(file.subspan(8, length - block_overhead), big_endian);
    file = file.subspan(length);
    if (type == Block::interface) {
      interfaces.push_back(static_cast<LinkType>(body.u16()));
    } else if (type == Block::enhanced_packet) {
      const std::size_t interface = body.u32();
      body.take(8);  // time
      const std::size_t captured = body.u32();
      body.take(4);  // original length
      const View frame = body.take(captured);
      if (interface >= interfaces.size() || !body.good()) {
        reassembly.odd("a packet block that cannot be read");
      } else {
        reassembly.packet(interfaces[interface], frame);
      }
    } else if (type == Block::simple_packet && !interfaces.empty()) {
      const std::size_t original = body.u32();
      reassembly.packet(interfaces[0], body.take(std::min(original, body.rest().size())));
    }
  }
}

}  // namespace

std::expected<Capture, std::string> read_capture(View file) {
  Reassembly reassembly;
  switch (Cursor(file).u32()) {
    case 0xa1b2c3d4:
    case 0xa1b23c4d:
    case 0xd4c3b2a1:
    case 0x4d3cb2a1:
      if (file.size() < pcap_header_size) return std::unexpected("the file ends within its header");
      read_pcap(file, file[0] == 0xa1, reassembly);
      break;
    case static_cast<std::uint32_t>(Block::section):
      read_pcapng(file, reassembly);
      break;
    default:
      return std::unexpected("neither a pcap nor a pcapng file");
  }
  return reassembly.take();
}

std::expected<Capture, std::string> read_capture(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::unexpected(path.string() + " cannot be read");
  const std::string content{std::istreambuf_iterator<char>(file), {}};
  return read_capture(Bytes(content.begin(), content.end()));
}

}  // namespace smb2
