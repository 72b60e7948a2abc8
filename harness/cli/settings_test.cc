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

TEST(Settings, SharesOfAClusterAndOfAdministrators) {
  const auto settings = parse({"share=far:scale-out:asymmetric:owner=192.0.2.7", "share=shared:clustered",
                               "share=queue:printer", "share=rooms:special", "administrator=Bob",
                               "max-cluster-dialect=3.0.2", "tree-connect-extension=yes"});
  ASSERT_TRUE(settings) << settings.error();
  const reference::Share& far = settings->shares[0];
  EXPECT_EQ(far.clustering, reference::Clustering::scale_out);
  EXPECT_TRUE(far.is_asymmetric);
  EXPECT_EQ(far.owner, (std::array<std::uint8_t, 4>{192, 0, 2, 7}));
  EXPECT_EQ(settings->shares[1].clustering, reference::Clustering::clustered);
  EXPECT_EQ(settings->shares[2].type, smb2::ShareType::print);
  EXPECT_TRUE(settings->shares[3].is_special);
  EXPECT_TRUE(settings->administrators.contains("BOB"));
  for (const std::string address : {"", "192.0.2", "192.0.2.256", "192.0.2.7.", "192.0.2.7.1", "192.0.2.x"})
    EXPECT_FALSE(parse({"share=far:owner=" + address})) << address;
}

TEST(Settings, AccountsThatAreClosed) {
  const auto settings = parse({"account=alice:disabled", "account=Bob:password-expired"});
  ASSERT_TRUE(settings) << settings.error();
  EXPECT_EQ(smb2::to_text(settings->refused_accounts.at("ALICE")), "STATUS_ACCOUNT_DISABLED (0xc0000072)");
  EXPECT_EQ(smb2::to_text(settings->refused_accounts.at("BOB")), "STATUS_PASSWORD_EXPIRED (0xc0000071)");
  for (const std::string account : {"", "alice", "alice:", ":disabled", "alice:asleep"})
    EXPECT_FALSE(parse({"account=" + account})) << account;
  EXPECT_EQ(
      parse({"account=alice:asleep"}).error(),
      "account: \"alice:asleep\" is not a user's name, a colon and one of disabled, locked-out, expired, "
      "password-expired, password-must-change");
  EXPECT_TRUE(parse({"smb1=no"}));
  EXPECT_FALSE(parse({"smb1=yes"}));
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
