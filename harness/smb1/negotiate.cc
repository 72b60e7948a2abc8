#include "harness/smb1/negotiate.h"

#include <algorithm>

#include "harness/wire/codec.h"

namespace smb1 {
namespace {

constexpr std::uint8_t dialect_format = 0x02;

}  // namespace

template <class V>
void describe(V& v, NegotiateRequest& m) {
  v.constant("Protocol", m.protocol, protocol_id);
  v.constant("Command", m.command, negotiate_command);
  v.value("Status", m.status);
  v.value("Flags", m.flags);
  v.value("Flags2", m.flags2);
  v.value("PIDHigh", m.pid_high);
  v.value("SecurityFeatures", m.security_features);
  v.value("Reserved", m.reserved);
  v.value("TID", m.tid);
  v.value("PIDLow", m.pid_low);
  v.value("UID", m.uid);
  v.value("MID", m.mid);
  v.value("WordCount", m.word_count);
  v.value("ByteCount", m.byte_count);
  v.bytes("Dialects", m.dialects, m.byte_count);
  v.rest("Trailing", m.trailing);
}

template void describe(wire::Reader&, NegotiateRequest&);
template void describe(wire::Writer&, NegotiateRequest&);

std::vector<std::string_view> dialect_strings(const NegotiateRequest& request) {
  std::vector<std::string_view> strings;
  auto at = request.dialects.begin();
  while (at != request.dialects.end() && *at == dialect_format) {
    const auto end = std::find(at, request.dialects.end(), std::uint8_t{0});
    if (end == request.dialects.end()) break;
    const auto* text = reinterpret_cast<const char*>(std::to_address(at + 1));
    strings.emplace_back(text, static_cast<std::size_t>(end - at - 1));
    at = end + 1;
  }
  return strings;
}

wire::Bytes dialect_bytes(std::span<const std::string_view> strings) {
  wire::Bytes bytes;
  for (const std::string_view text : strings) {
    bytes.push_back(dialect_format);
    bytes.insert(bytes.end(), text.begin(), text.end());
    bytes.push_back(0);
  }
  return bytes;
}

}  // namespace smb1
