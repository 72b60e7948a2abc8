#include "harness/transport/capture_writer.h"

#include <gtest/gtest.h>

#include <sstream>

namespace transport {
namespace {

using namespace std::chrono_literals;

// The blocks of a pcapng file: type and body.
std::vector<std::pair<std::uint32_t, std::string>> blocks(const std::string& file) {
  std::vector<std::pair<std::uint32_t, std::string>> result;
  const auto word = [&](std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
      value |= static_cast<std::uint32_t>(static_cast<unsigned char>(file[at + i])) << (8 * i);
    return value;
  };
  for (std::size_t at = 0; at + 12 <= file.size();) {
    const std::uint32_t size = word(at + 4);
    EXPECT_EQ(size % 4, 0u);
    if (size < 12 || at + size > file.size() || word(at + size - 4) != size) {
      ADD_FAILURE() << "a block at byte " << at << " does not fit";
      break;
    }
    result.emplace_back(word(at), file.substr(at + 8, size - 12));
    at += size;
  }
  return result;
}

TEST(CaptureWriter, WrapsAConversation) {
  std::ostringstream out;
  CaptureWriter writer(out);
  const Recording recording = {{Event::connected, 0, 0ms, {}, {}},
                               {Event::sent, 0, 1ms, {0, 0, 0, 1, 0xaa}, {}},
                               {Event::received, 0, 2ms, {0, 0, 0, 1, 0xbb}, {}},
                               {Event::closed_by_us, 0, 3ms, {}, {}}};
  writer.add(recording, 0, "negotiate/one");
  const auto all = blocks(out.str());
  ASSERT_EQ(all.size(), 2u + 3u + 3u);  // section, interface; handshake; two frames and the end
  EXPECT_EQ(all[0].first, 0x0a0d0d0au);
  EXPECT_EQ(all[1].first, 1u);
  EXPECT_NE(all[2].second.find("negotiate/one"), std::string::npos);
  EXPECT_NE(all[5].second.find(std::string("\0\0\0\1\xaa", 5)), std::string::npos);
  EXPECT_NE(all[6].second.find(std::string("\0\0\0\1\xbb", 5)), std::string::npos);
}

TEST(CaptureWriter, SplitsWhatNoPacketCarries) {
  std::ostringstream out;
  CaptureWriter writer(out);
  writer.add({{Event::sent, 0, 0ms, wire::Bytes(150000, 7), {}}}, 0, {});
  EXPECT_EQ(blocks(out.str()).size(), 2u + 3u + 3u);
}

TEST(CaptureWriter, ConnectionsOfDifferentCasesStayApart) {
  std::ostringstream out;
  CaptureWriter writer(out);
  const Recording recording = {{Event::connected, 0, 0ms, {}, {}}};
  writer.add(recording, 0, {});
  writer.add(recording, 0, {});
  const auto all = blocks(out.str());
  ASSERT_EQ(all.size(), 8u);
  EXPECT_NE(all[2].second, all[5].second);
}

}  // namespace
}  // namespace transport
