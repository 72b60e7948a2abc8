#include "harness/target/address.h"

#include <gtest/gtest.h>

namespace target {
namespace {

TEST(Address, HostAlone) {
  const auto address = parse_address("smb://server.example");
  ASSERT_TRUE(address) << address.error();
  EXPECT_EQ(address->host, "server.example");
  EXPECT_EQ(address->port, 445);
}

TEST(Address, EveryPart) {
  const auto address = parse_address("smb://alice:p%40ss%3aword@127.0.0.1:4450/data");
  ASSERT_TRUE(address) << address.error();
  EXPECT_EQ(address->user, "alice");
  EXPECT_EQ(address->password, "p@ss:word");
  EXPECT_EQ(address->port, 4450);
  EXPECT_EQ(address->share, "data");
}

TEST(Address, AUserMayHaveADomain) {
  for (const char* text :
       {"smb://CORP;alice:secret@host", "smb://CORP\\alice:secret@host", "smb://CORP%5calice:secret@host"}) {
    const auto address = parse_address(text);
    ASSERT_TRUE(address) << address.error();
    EXPECT_EQ(address->domain, "CORP");
    EXPECT_EQ(address->user, "alice");
    EXPECT_EQ(address->password, "secret");
    EXPECT_EQ(address->text(), "smb://CORP;alice@host:445");
  }
  EXPECT_EQ(parse_address("smb://alice%40corp.example:x@host")->user, "alice@corp.example");
  EXPECT_EQ(parse_address("smb://alice@host")->domain, "");
}

TEST(Address, TextNeverShowsThePassword) {
  const auto address = parse_address("smb://alice:secret@[::1]:4450/data");
  ASSERT_TRUE(address) << address.error();
  EXPECT_EQ(address->text(), "smb://alice@[::1]:4450/data");
}

class WrongAddress : public testing::TestWithParam<std::string_view> {};

TEST_P(WrongAddress, IsExplained) {
  const auto address = parse_address(GetParam());
  ASSERT_FALSE(address);
  EXPECT_NE(address.error().find("smb://127.0.0.1:4450"), std::string::npos) << address.error();
}

INSTANTIATE_TEST_SUITE_P(All, WrongAddress,
                         testing::Values("127.0.0.1", "smb://", "smb://host:", "smb://host:0",
                                         "smb://host:65536", "smb://host:44x", "smb://[::1",
                                         "smb://[::1]4450", "smb://a%zz@host", "smb://CORP;@host",
                                         "http://host"));

TEST(Address, KnowsLoopback) {
  for (const char* host : {"127.0.0.1", "127.1.2.3", "[::1]", "localhost"})
    EXPECT_TRUE(parse_address(std::string("smb://") + host)->is_loopback()) << host;
  for (const char* host : {"128.0.0.1", "nas.example", "[::2]", "localhost.example"})
    EXPECT_FALSE(parse_address(std::string("smb://") + host)->is_loopback()) << host;
}

}  // namespace
}  // namespace target
