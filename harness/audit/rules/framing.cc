// [MS-SMB2] 2.1, and what may start a message
#include <fmt/format.h>

#include "harness/audit/rules/rules.h"
#include "harness/smb2/direct_tcp.h"

namespace audit {
namespace {

// Who begins otherwise speaks NetBIOS, which a server may understand on any port.
void frame_zero_byte(const Frame& frame, Judge& judge) {
  if (frame.bytes.empty() || frame.connection.out_of_step) return;
  judge.equal("Zero", frame.bytes.front(), std::uint8_t{0});
}

// A frame is cut out of the stream by its length, so what shows here is a stream that ends before its frame.
void frame_length(const Frame& frame, Judge& judge) {
  if (frame.bytes.empty() || frame.bytes.front() != 0) return;
  judge.applies();
  if (frame.bytes.size() < smb2::direct_tcp_header_size) {
    return judge.fail("StreamProtocolLength",
                      fmt::format("{} bytes of framing", smb2::direct_tcp_header_size),
                      fmt::format("{} bytes", frame.bytes.size()));
  }
  const auto header = smb2::frame_header(frame.bytes.first<smb2::direct_tcp_header_size>());
  if (header.length != frame.message.size()) {
    judge.fail("StreamProtocolLength", fmt::format("{} bytes of message", header.length),
               fmt::format("{} bytes", frame.message.size()));
  }
}

// SMB1 is an answer to SMB1; encryption and compression are for the dialects that have them.
void protocol_id(const Frame& frame, Judge& judge) {
  if (frame.bytes.size() < smb2::direct_tcp_header_size || frame.bytes.front() != 0) return;
  judge.applies();
  const wire::View start = frame.message.first(std::min<std::size_t>(4, frame.message.size()));
  const smb2::Dialect dialect = frame.connection.dialect;
  const auto is = [&](std::uint8_t first) {
    return start.size() == 4 && start[0] == first && start[1] == 'S' && start[2] == 'M' && start[3] == 'B';
  };
  const bool lawful = is(0xfe) || (is(0xff) && frame.connection.sent_smb1) ||
                      (is(0xfd) && smb2::is_3x(dialect)) || (is(0xfc) && dialect == smb2::Dialect::smb_3_1_1);
  if (!lawful) judge.fail("ProtocolId", "fe534d42", start.empty() ? "no bytes" : wire::to_hex(start));
}

const Entry<FrameCheck> table[] = {
    {{"frame-zero-byte", "A frame begins with a zero byte", Strength::must, "HDR-001"}, frame_zero_byte},
    {{"frame-length", "As many bytes follow as the frame announces", Strength::must, "HDR-002", {"HDR-001"}},
     frame_length},
    {{"protocol-id", "Every message begins with FE 'SMB'", Strength::must, "HDR-005"}, protocol_id},
};

}  // namespace

FrameEntries framing_rules() { return table; }

}  // namespace audit
