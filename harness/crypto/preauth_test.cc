#include "harness/crypto/preauth.h"

#include <gtest/gtest.h>

#include "harness/crypto/known_answers.h"

namespace crypto {
namespace {

using wire::to_hex;

TEST(Preauth, StartsWithZeros) { EXPECT_EQ(PreauthIntegrity().value(), PreauthHash{}); }

TEST(Preauth, FollowsMicrosoftsExampleMessageByMessage) {
  PreauthIntegrity preauth;
  for (const auto& row : known_answers("microsoft-3.1.1-preauth.txt")) {
    if (row[0] == "message")
      preauth.absorb(hex(row[1]));
    else
      EXPECT_EQ(to_hex(preauth.value()), row[1]);
  }
}

TEST(Preauth, ACopyGoesItsOwnWay) {
  PreauthIntegrity connection;
  connection.absorb(text("NEGOTIATE"));
  PreauthIntegrity session = connection;
  session.absorb(text("SESSION_SETUP"));
  EXPECT_NE(session.value(), connection.value());
  connection.absorb(text("SESSION_SETUP"));
  EXPECT_EQ(session.value(), connection.value());
}

TEST(Preauth, AnEmptyMessageChangesTheValue) {
  PreauthIntegrity preauth;
  preauth.absorb({});
  EXPECT_NE(preauth.value(), PreauthHash{});
}

}  // namespace
}  // namespace crypto
