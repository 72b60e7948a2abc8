#include "harness/smb2/direct_tcp.h"

#include "harness/smb2/sample_messages.h"

namespace smb2 {
namespace {

using sample::bytes;

TEST(DirectTcp, FramesAMessage) {
  const wire::Bytes framed = bytes(
      "00"        // Zero
      "00 00 03"  // StreamProtocolLength
      "aa bb cc"  // SMB2Message
  );
  EXPECT_EQ(frame(bytes("aa bb cc")), framed);
  EXPECT_EQ(sample::read<DirectTcp>(framed).smb2_message, bytes("aa bb cc"));
}

TEST(DirectTcp, AnnouncesTwentyFourBits) {
  const wire::Bytes header = bytes("81 ff fe fd");
  const FrameHeader announced = frame_header(wire::View(header).first<direct_tcp_header_size>());
  EXPECT_EQ(announced.zero, 0x81);
  EXPECT_EQ(announced.length, 0xfffefdu);
}

TEST(DirectTcp, ReportsALengthBeyondTheEnd) {
  const auto decoded = wire::decode<DirectTcp>(bytes("00 000004 aabb"));
  ASSERT_EQ(decoded.issues.size(), 1u);
  EXPECT_EQ(decoded.issues[0].text(), "SMB2Message at byte 4: reaches to byte 8 of 6");
  EXPECT_EQ(decoded.message.smb2_message, bytes("aabb"));
}

TEST(DirectTcp, CarriesALengthThatLies) {
  const DirectTcp lie{.stream_protocol_length = wire::Derived<std::uint32_t>::force(0xffffff),
                      .smb2_message = {1}};
  EXPECT_EQ(wire::encode(lie), bytes("00 ffffff 01"));
}

}  // namespace
}  // namespace smb2
