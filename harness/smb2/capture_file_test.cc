#include "harness/smb2/capture_file.h"

#include <gmock/gmock.h>

#include "harness/smb2/direct_tcp.h"
#include "harness/smb2/message.h"
#include "harness/smb2/synthetic_capture.h"

namespace smb2 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using wire::Bytes;

Bytes echo(std::uint64_t message_id) {
  return encode(
      Message{.header = {.command = Command::echo, .message_id = message_id}, .body = Bytes{4, 0, 0, 0}});
}

std::vector<Bytes> messages(const SyntheticCapture& file) {
  const auto capture = read_capture(file.pcap());
  std::vector<Bytes> messages;
  for (const auto& message : capture.value().messages) messages.push_back(message.bytes);
  return messages;
}

TEST(CaptureFile, GivesTheMessagesOfBothSides) {
  SyntheticCapture file;
  file.open();
  file.send(true, frame(echo(1)));
  file.send(false, frame(echo(2)));
  const auto capture = read_capture(file.pcap());
  ASSERT_TRUE(capture);
  EXPECT_THAT(capture->oddities, IsEmpty());
  ASSERT_THAT(capture->messages, SizeIs(2));
  EXPECT_TRUE(capture->messages[0].from_client);
  EXPECT_EQ(capture->messages[0].bytes, echo(1));
  EXPECT_FALSE(capture->messages[1].from_client);
}

TEST(CaptureFile, PutsSegmentsInOrderAndDropsRepeatedOnes) {
  const Bytes stream = frame(echo(1));
  const wire::View bytes(stream);
  SyntheticCapture file;
  file.open();
  file.segment(true, 40, bytes.subspan(40));
  file.segment(true, 0, bytes.first(30));
  file.segment(true, 0, bytes.first(30));
  file.segment(true, 20, bytes.subspan(20, 20));
  EXPECT_THAT(messages(file), ElementsAre(echo(1)));
}

TEST(CaptureFile, CutsSegmentsIntoFrames) {
  Bytes stream = frame(echo(1));
  for (const Bytes& more : {Bytes{0x85, 0, 0, 0}, frame(echo(2))})
    stream.insert(stream.end(), more.begin(), more.end());
  SyntheticCapture file;
  file.open();
  file.send(true, stream);
  EXPECT_THAT(messages(file), ElementsAre(echo(1), echo(2))) << "the keep-alive is none";
}

TEST(CaptureFile, TellsOfMissingSegments) {
  SyntheticCapture file;
  file.open();
  file.segment(true, 10, frame(echo(1)));
  const auto capture = read_capture(file.pcap());
  EXPECT_THAT(capture.value().messages, IsEmpty());
  EXPECT_THAT(capture.value().oddities, ElementsAre("connection 0: segments are missing"));
}

TEST(CaptureFile, StartsInTheMiddleOfAConnectionAtAFrame) {
  SyntheticCapture file;
  file.send(false, Bytes{1, 2, 3});
  file.send(false, frame(echo(1)));
  EXPECT_THAT(messages(file), ElementsAre(echo(1)));
}

TEST(CaptureFile, KnowsTheNextUseOfAPort) {
  SyntheticCapture file;
  for (std::uint64_t use = 1; use <= 2; ++use) {
    file.open();
    file.send(true, frame(echo(use)));
  }
  const auto capture = read_capture(file.pcap());
  EXPECT_EQ(capture.value().connections, 2u);
  EXPECT_EQ(capture.value().messages.at(1).connection, 1u);
}

TEST(CaptureFile, SurvivesEveryCutAndChange) {
  SyntheticCapture file;
  file.open();
  file.send(true, frame(echo(1)));
  const Bytes whole = file.pcap();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    (void)read_capture(wire::View(whole).first(size));
    for (const std::uint8_t byte : Bytes{0x00, 0x01, 0x0f, 0x4f, 0x80, 0xff}) {
      Bytes changed = whole;
      changed[size] = byte;
      (void)read_capture(changed);
    }
  }
}

TEST(CaptureFile, RefusesOtherFiles) {
  EXPECT_FALSE(read_capture(wire::View()));
  EXPECT_FALSE(read_capture(Bytes(100, 'x')));
  EXPECT_FALSE(read_capture(std::filesystem::path("no-such-file.pcap")));
}

}  // namespace
}  // namespace smb2
