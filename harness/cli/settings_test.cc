#include "harness/cli/settings.h"

#include <gtest/gtest.h>

namespace cli {
namespace {

std::expected<reference::Settings, std::string> parse(std::vector<std::string> assignments) {
  return parse_settings(assignments);
}

TEST(Settings, EveryKind) {
  const auto settings = parse({"minimum-dialect=2.1", "maximum-dialect=3.0.2", "ciphers=AES-128-CCM",
                               "require-signing=yes", "capabilities=DFS,LEASING", "signing-algorithms="});
  ASSERT_TRUE(settings) << settings.error();
  EXPECT_EQ(settings->minimum_dialect, smb2::Dialect::smb_2_1);
  EXPECT_EQ(settings->maximum_dialect, smb2::Dialect::smb_3_0_2);
  EXPECT_EQ(settings->ciphers, std::vector{smb2::Cipher::aes_128_ccm});
  EXPECT_TRUE(settings->require_signing);
  EXPECT_EQ(static_cast<unsigned>(settings->capabilities), 3u);
  EXPECT_TRUE(settings->signing_algorithms.empty());
}

TEST(Settings, MistakesSayWhatThereIs) {
  EXPECT_NE(parse({"maximum-dialekt=3.0"}).error().find("maximum-dialect"), std::string::npos);
  EXPECT_NE(parse({"maximum-dialect=3.3"}).error().find("3.0.2"), std::string::npos);
  EXPECT_NE(parse({"require-signing=maybe"}).error().find("yes nor no"), std::string::npos);
  EXPECT_FALSE(parse({"require-signing"}));
  EXPECT_FALSE(parse({"minimum-dialect=3.1.1", "maximum-dialect=2.1"}));
}

}  // namespace
}  // namespace cli
