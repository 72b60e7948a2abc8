// What real servers and clients wrote, read by us and written back.
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include "harness/smb1/negotiate.h"
#include "harness/smb2/capture_file.h"
#include "harness/smb2/compound.h"
#include "harness/smb2/message.h"
#include "harness/smb2/transform_header.h"

namespace smb2 {
namespace {

namespace fs = std::filesystem;

fs::path folder() {
  const char* chosen = std::getenv("SMBSPEC_CAPTURES");
  return chosen != nullptr ? fs::path(chosen) : fs::path(SMBSPEC_SOURCE_DIR) / "../shared/captures";
}

enum class Protocol : std::uint8_t { smb1 = 0xff, smb2 = 0xfe, encrypted = 0xfd, compressed = 0xfc };

class Captures : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::is_directory(folder())) {
      GTEST_SKIP() << "NO CAPTURES: " << folder() << " is no folder; name one in SMBSPEC_CAPTURES";
    }
    for (const auto& entry : fs::directory_iterator(folder())) {
      if (!entry.path().extension().string().starts_with(".pcap")) continue;
      auto capture = read_capture(entry.path());
      ASSERT_TRUE(capture) << entry.path() << ": " << capture.error();
      EXPECT_THAT(capture->oddities, testing::IsEmpty()) << entry.path();
      EXPECT_FALSE(capture->messages.empty()) << entry.path();
      captures_.emplace(entry.path().filename(), std::move(*capture));
    }
  }

  template <class Use>
  void each(Protocol protocol, Use use) {
    for (const auto& [name, capture] : captures_) {
      for (const CapturedMessage& message : capture.messages) {
        if (message.bytes.empty() || message.bytes[0] != static_cast<std::uint8_t>(protocol)) continue;
        for (const Element& element : split(message.bytes)) {
          SCOPED_TRACE(name.string() + "\n" + wire::hex_dump(element.bytes));
          for (const wire::Issue& issue : element.issues) ADD_FAILURE() << issue.text();
          use(name, message, element.bytes);
        }
      }
    }
  }

  std::map<fs::path, Capture> captures_;
};

bool described(const Message& message) { return !std::holds_alternative<wire::Bytes>(message.body); }

TEST_F(Captures, Smb2MessagesAreRewrittenIdentically) {
  std::size_t count = 0;
  each(Protocol::smb2, [&](const fs::path&, const CapturedMessage&, wire::View bytes) {
    const auto decoded = decode(bytes);
    EXPECT_EQ(wire::to_hex(wire::encode(decoded.message, decoded.residue)), wire::to_hex(bytes));
    if (described(decoded.message)) {
      for (const wire::Issue& issue : decoded.issues) ADD_FAILURE() << issue.text();
    }
    ++count;
  });
  EXPECT_GT(count, 300u);
  RecordProperty("messages", static_cast<int>(count));
}

TEST_F(Captures, NegotiateExchangesHaveNoIssues) {
  std::set<std::pair<fs::path, std::size_t>> requested;
  std::set<std::pair<fs::path, std::size_t>> exchanges;
  std::set<fs::path> files;
  each(Protocol::smb1, [&](const fs::path& name, const CapturedMessage& captured, wire::View bytes) {
    if (!captured.from_client) return;
    const auto decoded = wire::decode<smb1::NegotiateRequest>(bytes);
    EXPECT_THAT(decoded.issues, testing::IsEmpty());
    EXPECT_EQ(wire::to_hex(wire::encode(decoded.message, decoded.residue)), wire::to_hex(bytes));
    EXPECT_THAT(smb1::dialect_strings(decoded.message), testing::Contains(smb1::smb_2_wildcard));
    requested.emplace(name, captured.connection);
  });
  EXPECT_FALSE(requested.empty()) << "no multi-protocol request in any capture";
  each(Protocol::smb2, [&](const fs::path& name, const CapturedMessage& captured, wire::View bytes) {
    const auto decoded = decode(bytes);
    if (decoded.message.header.command != Command::negotiate) return;
    EXPECT_THAT(decoded.issues, testing::IsEmpty()) << transcript(bytes);
    EXPECT_TRUE(decoded.residue.gaps.empty());
    EXPECT_EQ(wire::to_hex(wire::encode(decoded.message, decoded.residue)), wire::to_hex(bytes));
    if (captured.from_client) {
      requested.emplace(name, captured.connection);
    } else if (requested.contains({name, captured.connection})) {
      exchanges.emplace(name, captured.connection);
      files.insert(name);
    }
  });
  EXPECT_GE(exchanges.size(), 6u);
  EXPECT_GE(files.size(), 6u) << "servers of six kinds";
}

// Which of the messages that we describe are in the captures, so that the tests beside this one say
// something.
TEST_F(Captures, HaveMessagesOfWholeSessions) {
  std::map<std::string, std::size_t> titles;
  each(Protocol::smb2, [&](const fs::path&, const CapturedMessage&, wire::View bytes) {
    const auto decoded = decode(bytes);
    if (described(decoded.message)) ++titles[title(decoded.message)];
  });
  for (const char* title :
       {"SESSION_SETUP Request", "SESSION_SETUP Response", "SESSION_SETUP ERROR Response", "LOGOFF Request",
        "LOGOFF Response", "TREE_CONNECT Request", "TREE_CONNECT Response", "TREE_CONNECT ERROR Response",
        "TREE_DISCONNECT Request", "TREE_DISCONNECT Response", "IOCTL Request", "IOCTL Response",
        "CANCEL Request"}) {
    EXPECT_GT(titles[title], 0u) << title;
  }
}

TEST_F(Captures, EncryptedMessagesAreRewrittenIdentically) {
  std::size_t count = 0;
  each(Protocol::encrypted, [&](const fs::path&, const CapturedMessage&, wire::View bytes) {
    const auto decoded = wire::decode<TransformHeader>(bytes);
    for (const wire::Issue& issue : decoded.issues) ADD_FAILURE() << issue.text();
    EXPECT_EQ(wire::to_hex(wire::encode(decoded.message)), wire::to_hex(bytes));
    EXPECT_EQ(decoded.message.flags, TransformFlags::encrypted);
    EXPECT_NE(decoded.message.session_id, 0u);
    ++count;
  });
  EXPECT_GT(count, 0u);
}

// Every cut and every single-byte change of what was captured comes back as it was.
TEST_F(Captures, CutAndChangedNegotiatesAreRewrittenIdentically) {
  each(Protocol::smb2, [&](const fs::path&, const CapturedMessage&, wire::View bytes) {
    if (!described(decode(bytes).message)) return;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const auto decoded = decode(bytes.first(size));
      ASSERT_TRUE(std::ranges::equal(wire::encode(decoded.message, decoded.residue), bytes.first(size)))
          << size;
      wire::Bytes changed(bytes.begin(), bytes.end());
      changed[size] = static_cast<std::uint8_t>(changed[size] + 0x81);
      const auto other = decode(changed);
      ASSERT_EQ(wire::encode(other.message, other.residue), changed) << size;
    }
  });
}

}  // namespace
}  // namespace smb2
