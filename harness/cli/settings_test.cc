#include "harness/cli/settings.h"

#include <gtest/gtest.h>

#include <fstream>

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

TEST(Settings, UsersAndSharesAddUp) {
  const auto settings = parse({"user=alice:Secret:1", "user=bob:", "share=data",
                               "share=vault:encrypt-data:dfs:user=alice:user=bob:max-uses=2", "guests=yes",
                               "session-lifetime=90", "encrypt-data=yes"});
  ASSERT_TRUE(settings) << settings.error();
  ASSERT_EQ(settings->users.size(), 2u);
  EXPECT_EQ(settings->users[0].password, "Secret:1");
  EXPECT_EQ(settings->users[1].password, "");
  ASSERT_EQ(settings->shares.size(), 2u);
  EXPECT_FALSE(settings->shares[0].encrypt_data);
  EXPECT_TRUE(settings->shares[1].encrypt_data);
  EXPECT_TRUE(settings->shares[1].is_dfs);
  EXPECT_FALSE(settings->shares[1].is_ca);
  EXPECT_EQ(settings->shares[1].connect_security.users, (std::vector<std::string>{"alice", "bob"}));
  EXPECT_EQ(settings->shares[1].max_uses, 2u);
  EXPECT_TRUE(settings->guests);
  EXPECT_TRUE(settings->encrypt_data);
  EXPECT_EQ(settings->session_lifetime, std::chrono::seconds(90));
}

TEST(Settings, UsersAndSharesAreNamedOnceAndRightly) {
  EXPECT_FALSE(parse({"user=alice"}));
  EXPECT_FALSE(parse({"user=:secret"}));
  EXPECT_FALSE(parse({"user=alice:1", "user=Alice:2"}));
  EXPECT_FALSE(parse({"share=data", "share=DATA"}));
  EXPECT_FALSE(parse({"share=ipc$"}));
  EXPECT_FALSE(parse({"share="}));
  EXPECT_FALSE(parse({"share=a\\b"}));
  for (const std::string option :
       {"encrypted", "", "user=", "max-uses=", "max-uses=many", "max-uses=4294967296"})
    EXPECT_FALSE(parse({"share=data:" + option})) << option;
  EXPECT_FALSE(parse({"session-lifetime=soon"}));
}

TEST(Settings, UsersComeFromAFile) {
  const std::string path = testing::TempDir() + "smbspec-users";
  std::ofstream(path) << "# who may log in\nalice:Secret1\n\nbob:Secret2\r\n";
  const auto settings = parse({"users=" + path});
  ASSERT_TRUE(settings) << settings.error();
  ASSERT_EQ(settings->users.size(), 2u);
  EXPECT_EQ(settings->users[1].password, "Secret2");
  std::ofstream(path) << "\xef\xbb\xbf" << "alice:Secret1\n";
  EXPECT_EQ(parse({"users=" + path})->users[0].name, "alice");
  std::ofstream(path) << "alice:Secret1\nbob\n";
  EXPECT_NE(parse({"users=" + path}).error().find(":2: "), std::string::npos);
  EXPECT_FALSE(parse({"users=" + path + "-absent"}));
}

}  // namespace
}  // namespace cli
