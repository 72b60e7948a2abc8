#include "harness/security/transcript.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>

#include "harness/security/ntlmssp.h"
#include "harness/security/recorded_tokens.h"
#include "harness/security/spnego.h"
#include "harness/smb2/capture_file.h"

namespace security {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(Transcript, ShowsTheTokenAndTheMessageInIt) {
  const std::string text = transcript(recorded::bytes(recorded::smbclient_authenticate));
  EXPECT_THAT(text, HasSubstr("negTokenResp"));
  EXPECT_THAT(text, HasSubstr("NTLMSSP[0] AUTHENTICATE_MESSAGE"));
  EXPECT_THAT(text, HasSubstr("UserName \"root\""));
  EXPECT_THAT(text, HasSubstr("AvPairs[0] MsvAvNbDomainName"));
  EXPECT_THAT(text, Not(HasSubstr("! ")));
}

TEST(Transcript, ShowsNtlmsspWithoutSpnego) {
  const std::string text = transcript(*wire::from_hex("4e544c4d53535000 01000000 15820862"));
  EXPECT_THAT(text, HasSubstr("NTLMSSP[0] NEGOTIATE_MESSAGE"));
  EXPECT_THAT(text, HasSubstr("! DomainNameLen at byte 16: the message ends"));
}

TEST(Transcript, OfAnythingIsText) {
  EXPECT_EQ(transcript({}), "");
  EXPECT_THAT(transcript(wire::Bytes{1, 2}), HasSubstr("0102"));
}

// The security buffer of a SESSION_SETUP message, which is described elsewhere; empty for others.
wire::View security_buffer(const smb2::CapturedMessage& message) {
  constexpr std::size_t command = 12, status = 8, body = 64;
  const wire::View bytes = message.bytes;
  const auto number = [&](std::size_t at) {
    return std::size_t{bytes[at]} | std::size_t{bytes[at + 1]} << 8;
  };
  if (bytes.size() < body + 24 || bytes[0] != 0xfe || number(command) != 1) return {};
  const bool error =
      !message.from_client && number(body) == 9 && number(status) != 0 && number(status) != 0x16;
  if (error) return {};
  const std::size_t fields = body + (message.from_client ? 12 : 4);
  const std::size_t offset = number(fields);
  const std::size_t length = number(fields + 2);
  return offset + length <= bytes.size() ? bytes.subspan(offset, length) : wire::View{};
}

TEST(Captures, TokensHaveNoIssuesAndAreRewrittenIdentically) {
  namespace fs = std::filesystem;
  const char* chosen = std::getenv("SMBSPEC_CAPTURES");
  const fs::path folder =
      chosen != nullptr ? fs::path(chosen) : fs::path(SMBSPEC_SOURCE_DIR) / "../shared/captures";
  if (!fs::is_directory(folder)) {
    GTEST_SKIP() << "NO CAPTURES: " << folder << " is no folder; name one in SMBSPEC_CAPTURES";
  }
  std::size_t authenticates = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (!entry.path().extension().string().starts_with(".pcap")) continue;
    const auto capture = smb2::read_capture(entry.path());
    ASSERT_TRUE(capture) << entry.path();
    for (const smb2::CapturedMessage& message : capture->messages) {
      const wire::View buffer = security_buffer(message);
      if (buffer.empty()) continue;
      SCOPED_TRACE(entry.path().string() + "\n" + transcript(buffer));
      const auto token = wire::decode<Token>(buffer);
      EXPECT_THAT(token.issues, IsEmpty());
      EXPECT_EQ(wire::to_hex(wire::encode(token.message)), wire::to_hex(buffer));
      const wire::View inner = mechanism_token(token.message);
      if (!is_ntlmssp(inner)) continue;
      const auto ntlm = wire::decode<NtlmMessage>(inner);
      EXPECT_THAT(ntlm.issues, IsEmpty());
      EXPECT_EQ(wire::to_hex(wire::encode(ntlm.message, ntlm.residue)), wire::to_hex(inner));
      if (std::holds_alternative<AuthenticateMessage>(ntlm.message.body)) ++authenticates;
    }
  }
  EXPECT_GE(authenticates, 6u);
}

}  // namespace
}  // namespace security
