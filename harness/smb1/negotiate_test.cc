#include "harness/smb1/negotiate.h"

#include <gmock/gmock.h>

#include "harness/smb2/sample_messages.h"

namespace smb1 {
namespace {

using smb2::sample::bytes;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Smb1Negotiate, OffersSmb2) {
  const auto request =
      smb2::sample::read<NegotiateRequest>(bytes("ff 53 4d 42"                       // Protocol
                                                 "72"                                // Command
                                                 "00 00 00 00"                       // Status
                                                 "18"                                // Flags
                                                 "53 c8"                             // Flags2
                                                 "01 00"                             // PIDHigh
                                                 "00 00 00 00 00 00 00 00"           // SecurityFeatures
                                                 "00 00"                             // Reserved
                                                 "ff ff"                             // TID
                                                 "ff fe"                             // PIDLow
                                                 "00 00"                             // UID
                                                 "02 00"                             // MID
                                                 "00"                                // WordCount
                                                 "16 00"                             // ByteCount
                                                 "02 53 4d 42 20 32 2e 30 30 32 00"  // Dialects: "SMB 2.002"
                                                 "02 53 4d 42 20 32 2e 3f 3f 3f 00"  // Dialects: "SMB 2.???"
                                                 ));
  EXPECT_THAT(dialect_strings(request), ElementsAre(smb_2_002, smb_2_wildcard));
  EXPECT_EQ(request.pid_high, 1);
  EXPECT_EQ(request.mid, 2);
}

TEST(Smb1Negotiate, WritesDialectsAsItReadsThem) {
  constexpr std::string_view offered[] = {"NT LM 0.12", "", smb_2_002};
  const NegotiateRequest request{.dialects = dialect_bytes(offered)};
  EXPECT_THAT(dialect_strings(request), ElementsAre("NT LM 0.12", "", smb_2_002));
}

TEST(Smb1Negotiate, LeavesOutWhatIsNoDialectString) {
  EXPECT_THAT(dialect_strings({.dialects = {}}), IsEmpty());
  EXPECT_THAT(dialect_strings({.dialects = bytes("02 41 00 03 42 00")}), ElementsAre("A"));
  EXPECT_THAT(dialect_strings({.dialects = bytes("02 41 00 02 42")}), ElementsAre("A")) << "no NUL";
  EXPECT_THAT(dialect_strings({.dialects = bytes("02")}), IsEmpty());
}

TEST(Smb1Negotiate, KeepsWhatFollowsTheDialects) {
  wire::Bytes message = wire::encode(NegotiateRequest{.dialects = {2, 0}});
  message.push_back(0xaa);
  EXPECT_EQ(smb2::sample::read<NegotiateRequest>(message).trailing, wire::Bytes{0xaa});
}

}  // namespace
}  // namespace smb1
