#include "harness/security/spnego.h"

#include <gtest/gtest.h>

namespace security {
namespace {

wire::Bytes hex(std::string_view text) { return *wire::from_hex(text); }

TEST(NegTokenInit2, ListsNtlmsspAndTheHint) {
  const auto expected =
      hex("60 48"                                                       // [APPLICATION 0], 72 bytes
          "  06 06 2b 06 01 05 05 02"                                   //   thisMech: SPNEGO
          "  a0 3e"                                                     //   [0] NegTokenInit2
          "    30 3c"                                                   //     SEQUENCE
          "      a0 0e"                                                 //       [0] mechTypes
          "        30 0c"                                               //         SEQUENCE OF
          "          06 0a 2b 06 01 04 01 82 37 02 02 0a"               //    NTLMSSP
          "      a3 2a"                                                 //       [3] negHints
          "        30 28"                                               //         SEQUENCE
          "          a0 26"                                             //           [0] hintName
          "            1b 24"                                           //             GeneralString, 36 bytes
          "              6e 6f 74 5f 64 65 66 69 6e 65 64 5f 69 6e 5f"  // not_defined_in_
          "              52 46 43 34 31 37 38"                          // RFC4178
          "              40 70 6c 65 61 73 65 5f 69 67 6e 6f 72 65");   // @please_ignore
  EXPECT_EQ(wire::to_hex(neg_token_init2({{ntlmssp}})), wire::to_hex(expected));
}

TEST(NegTokenInit2, WritesLongLengthsInTheirShortestForm) {
  const std::vector<ObjectIdentifier> mech_types(100, ntlmssp);  // 1200 bytes of identifiers
  const wire::Bytes token = neg_token_init2(mech_types);
  EXPECT_EQ(wire::to_hex(wire::View(token).first(4)), "608204f4");  // 1268 bytes follow
  EXPECT_EQ(token.size(), 4u + 0x04f4u);
}

}  // namespace
}  // namespace security
