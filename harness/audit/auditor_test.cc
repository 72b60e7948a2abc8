#include "harness/audit/auditor.h"

#include <gtest/gtest.h>

#include "harness/audit/talk.h"
#include "harness/smb2/direct_tcp.h"

namespace audit {
namespace {

// Whatever stands in a response, it is judged without reading outside it; and the sanitizers watch.
TEST(Audit, SurvivesEveryCutAndEveryChangedByte) {
  for (Talk talk : {at_3_1_1(), refused_with_contexts(), asynchronous(), compound(), multi_protocol(),
                    after_logoff(), sealed_echoes(), tree_connect()}) {
    const auto recording = talk.recording();
    for (std::size_t event = 0; event < recording.size(); ++event) {
      for (std::size_t at = 0; at < recording[event].bytes.size(); ++at) {
        auto bent = recording;
        bent[event].bytes.resize(at);
        audit(bent);
        if (at >= 4) {
          // A shorter message in a frame that fits it.
          wire::Bytes message(bent[event].bytes.begin() + 4, bent[event].bytes.end());
          bent[event].bytes = smb2::frame(message);
          audit(bent);
        }
        for (const std::uint8_t byte : wire::Bytes{0x00, 0x01, 0x7f, 0xff}) {
          bent[event].bytes = recording[event].bytes;
          bent[event].bytes[at] = byte;
          audit(bent);
        }
      }
    }
  }
}

TEST(Audit, CountsMessagesNotExpectations) {
  const Findings findings = audit(compound().recording());
  EXPECT_EQ(findings.applied[index_of("frame-zero-byte")], 2U);
  EXPECT_EQ(findings.applied[index_of("command")], 3U);
  EXPECT_EQ(findings.applied[index_of("maximum-sizes")], 1U);
  EXPECT_EQ(findings.applied[index_of("error-body")], 0U);
}

TEST(Audit, JudgesAnEmptyRecording) {
  const Findings findings = audit({});
  EXPECT_EQ(findings.applied.size(), rules().size());
  EXPECT_TRUE(findings.violations.empty());
}

// As in a capture that begins in the middle: what was asked before is not known.
TEST(Audit, AccusesNobodyOfAnsweringWhatItDidNotSee) {
  auto recording = success().recording();
  recording.erase(recording.begin(), recording.begin() + 4);
  EXPECT_EQ(text(audit(recording)), "");
}

TEST(Audit, NamesTheEvent) {
  Talk talk = success();
  talk[3].header.command = smb2::Command::flush;
  const auto findings = audit(talk.recording());
  ASSERT_EQ(findings.violations.size(), 1U);
  EXPECT_EQ(findings.violations[0].event, 4U);  // behind Event::connected
}

}  // namespace
}  // namespace audit
