// Our names and numbers against Wireshark's.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include "harness/smb2/message.h"
#include "harness/smb2/tshark.h"

namespace smb2 {
namespace {

class NamesBesideTshark : public testing::Test {
 protected:
  void SetUp() override {
    if (!tshark("--version"))
      GTEST_SKIP() << "NO TSHARK: install tshark to compare our names with Wireshark's";
  }
};

std::string letters(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      result += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
  }
  return result;
}

// One name may say more than the other: "SMB 3.1.1" and "3.1.1", "HMAC-SHA256" and "HMAC_SHA256".
bool agree(std::string_view ours, std::string_view theirs) {
  const std::string a = letters(ours);
  const std::string b = letters(theirs);
  return a.contains(b) || b.contains(a);
}

void expect_agreement(const char* field, Names names,
                      std::initializer_list<std::uint64_t> unknown_to_tshark = {}) {
  const auto theirs = tshark_values(field);
  ASSERT_FALSE(theirs.empty()) << field;
  for (const Name& name : names) {
    const auto found = theirs.find(name.value);
    if (found == theirs.end()) {
      EXPECT_TRUE(std::ranges::find(unknown_to_tshark, name.value) != unknown_to_tshark.end())
          << field << ": tshark does not know " << name.text << fmt::format(" ({:#x})", name.value);
    } else {
      EXPECT_TRUE(agree(name.text, found->second) || agree(name.alias, found->second))
          << field << fmt::format(" {:#x}: ", name.value) << name.text << ", tshark: " << found->second;
    }
  }
  for (const auto& [value, text] : theirs) {
    for (const Name& name : names) {
      if (letters(name.text) == letters(text)) EXPECT_EQ(name.value, value) << field << " " << text;
    }
  }
}

template <class E>
void expect_flags(std::string_view prefix, std::initializer_list<std::pair<const char*, E>> flags) {
  const auto theirs = tshark_flags(prefix);
  for (const auto& [name, flag] : flags) {
    const auto found = theirs.find(name);
    ASSERT_NE(found, theirs.end()) << prefix << name;
    EXPECT_EQ(found->second, static_cast<std::uint64_t>(flag)) << prefix << name;
  }
}

TEST_F(NamesBesideTshark, Statuses) {
  expect_agreement("smb2.nt_status", names(NtStatus{}),
                   {0x80090308, 0xc0000388, 0xc0000418, 0xc000042a, 0xc0000466, 0xc0000467, 0xc0000479,
                    0xc000047b, 0xc000047c, 0xc0000480, 0xc000090b, 0xc000a000, 0xc000a002, 0xc000a100,
                    0xc000a101, 0xc05d0000, 0xc05d0001});
}

TEST_F(NamesBesideTshark, Commands) {
  // Wireshark has names of its own for some.
  const std::map<Command, std::string> own = {{Command::negotiate, "Negotiate Protocol"},
                                              {Command::logoff, "Session Logoff"},
                                              {Command::echo, "KeepAlive"},
                                              {Command::query_directory, "Find"},
                                              {Command::query_info, "GetInfo"}};
  const auto theirs = tshark_values("smb2.cmd");
  for (const Name& name : names(Command{})) {
    const auto command = static_cast<Command>(name.value);
    if (command == Command::server_to_client_notification) continue;  // younger than tshark 4.0
    const auto special = own.find(command);
    if (special == own.end()) {
      EXPECT_TRUE(agree(name.alias, theirs.at(name.value)))
          << name.text << ", tshark: " << theirs.at(name.value);
    } else {
      EXPECT_EQ(theirs.at(name.value), special->second);
    }
  }
}

TEST_F(NamesBesideTshark, Dialects) {
  const auto theirs = tshark_values("smb2.dialect");
  for (const Dialect dialect : all_dialects) {
    const auto value = static_cast<std::uint64_t>(dialect);
    EXPECT_EQ(theirs.at(value), fmt::format("SMB {}", wire::name_of(dialect_names, value)));
  }
  EXPECT_EQ(theirs.at(static_cast<std::uint64_t>(Dialect::wildcard)), "SMB2 wildcard");
}

TEST_F(NamesBesideTshark, NegotiateContexts) {
  // 0x0100 is reserved in [MS-SMB2] and Samba's POSIX extensions in Wireshark.
  const auto named = std::span(context_type_names).first(std::size(context_type_names) - 1);
  expect_agreement("smb2.negotiate_context.type", named);
  expect_agreement("smb2.negotiate_context.hash_algorithm", hash_algorithm_names);
  expect_agreement("smb2.negotiate_context.cipher_id", cipher_names);
  expect_agreement("smb2.negotiate_context.comp_alg_id", compression_algorithm_names, {5});
  expect_agreement("smb2.negotiate_context.signing_id", signing_algorithm_names);
  expect_agreement("smb2.negotiate_context.rdma_transform_id", rdma_transform_names);
  expect_agreement("smb2.negotiate_context.transport_flags", transport_flag_names);
  expect_flags<CompressionFlags>("smb2.negotiate_context.comp_alg_flags.",
                                 {{"chained", CompressionFlags::chained}});
}

TEST_F(NamesBesideTshark, ErrorContexts) { expect_agreement("smb2.error.context.id", error_id_names); }

TEST_F(NamesBesideTshark, Flags) {
  expect_flags<HeaderFlags>("smb2.flags.", {{"response", HeaderFlags::server_to_redir},
                                            {"async", HeaderFlags::async_command},
                                            {"chained", HeaderFlags::related_operations},
                                            {"signature", HeaderFlags::signed_message},
                                            {"priority_mask", HeaderFlags::priority_mask},
                                            {"dfs", HeaderFlags::dfs_operations},
                                            {"replay", HeaderFlags::replay_operation}});
  expect_flags<SecurityMode>("smb2.sec_mode.", {{"sign_enabled", SecurityMode::signing_enabled},
                                                {"sign_required", SecurityMode::signing_required}});
  expect_flags<Capabilities>("smb2.capabilities.", {{"dfs", Capabilities::dfs},
                                                    {"leasing", Capabilities::leasing},
                                                    {"large_mtu", Capabilities::large_mtu},
                                                    {"multi_channel", Capabilities::multi_channel},
                                                    {"persistent_handles", Capabilities::persistent_handles},
                                                    {"directory_leasing", Capabilities::directory_leasing},
                                                    {"encryption", Capabilities::encryption}});
}

TEST_F(NamesBesideTshark, SessionsAndShares) {
  expect_flags<SessionFlags>("smb2.ses_flags.", {{"guest", SessionFlags::is_guest},
                                                 {"null", SessionFlags::is_null},
                                                 {"encrypt", SessionFlags::encrypt_data}});
  expect_flags<SessionSetupFlags>("smb2.ses_req_flags.", {{"session_binding", SessionSetupFlags::binding}});
  expect_flags<ShareFlags>("smb2.share_flags.",
                           {{"dfs", ShareFlags::dfs},
                            {"dfs_root", ShareFlags::dfs_root},
                            {"restrict_exclusive_opens", ShareFlags::restrict_exclusive_opens},
                            {"force_shared_delete", ShareFlags::force_shared_delete},
                            {"allow_namespace_caching", ShareFlags::allow_namespace_caching},
                            {"access_based_dir_enum", ShareFlags::access_based_directory_enum},
                            {"force_levelii_oplock", ShareFlags::force_levelii_oplock},
                            {"enable_hash_v1", ShareFlags::enable_hash_v1},
                            {"enable_hash_v2", ShareFlags::enable_hash_v2},
                            {"encrypt_data", ShareFlags::encrypt_data},
                            {"identity_remoting", ShareFlags::identity_remoting},
                            {"compress_data", ShareFlags::compress_data}});
  expect_agreement("smb2.share.caching", std::span(share_flag_names).first(4));
  expect_flags<ShareCapabilities>("smb2.share_caps.",
                                  {{"dfs", ShareCapabilities::dfs},
                                   {"continuous_availability", ShareCapabilities::continuous_availability},
                                   {"scaleout", ShareCapabilities::scaleout},
                                   {"cluster", ShareCapabilities::cluster},
                                   {"assymetric", ShareCapabilities::asymmetric},
                                   {"redirect_to_owner", ShareCapabilities::redirect_to_owner}});
  const std::map<std::uint64_t, std::string> types = {
      {0x01, "Physical disk"}, {0x02, "Named pipe"}, {0x03, "Printer"}};
  EXPECT_EQ(tshark_values("smb2.share_type"), types);
}

TEST_F(NamesBesideTshark, ControlCodes) {
  // tshark 4.0 gives FSCTL_SET_REPARSE_POINT two codes, of which [MS-FSCC] has the smaller one.
  const auto theirs = tshark_values("smb2.ioctl.function");
  for (const Name& name : ctl_code_names) {
    const auto found = theirs.find(name.value);
    if (found != theirs.end()) EXPECT_EQ(name.text, found->second);
  }
  for (const auto& [value, text] : theirs) {
    const auto* ours = std::ranges::find(ctl_code_names, text, &Name::text);
    if (ours != std::end(ctl_code_names) && text != "FSCTL_SET_REPARSE_POINT") EXPECT_EQ(ours->value, value);
  }
  expect_flags<IoctlFlags>("smb2.ioctl.", {{"is_fsctl", IoctlFlags::is_fsctl}});
}

TEST_F(NamesBesideTshark, Access) {
  expect_flags<AccessMask>("smb.access.", {{"read", AccessMask::file_read_data},
                                           {"write", AccessMask::file_write_data},
                                           {"append", AccessMask::file_append_data},
                                           {"read_ea", AccessMask::file_read_ea},
                                           {"write_ea", AccessMask::file_write_ea},
                                           {"execute", AccessMask::file_execute},
                                           {"delete_child", AccessMask::file_delete_child},
                                           {"read_attributes", AccessMask::file_read_attributes},
                                           {"write_attributes", AccessMask::file_write_attributes},
                                           {"delete", AccessMask::delete_access},
                                           {"read_control", AccessMask::read_control},
                                           {"write_dac", AccessMask::write_dac},
                                           {"write_owner", AccessMask::write_owner},
                                           {"synchronize", AccessMask::synchronize},
                                           {"system_security", AccessMask::access_system_security},
                                           {"maximum_allowed", AccessMask::maximum_allowed},
                                           {"generic_all", AccessMask::generic_all},
                                           {"generic_execute", AccessMask::generic_execute},
                                           {"generic_write", AccessMask::generic_write},
                                           {"generic_read", AccessMask::generic_read}});
}

// A name that stands twice, or a value, would make tables ambiguous.
TEST(Names, AreUnique) {
  for (const Names table : {names(NtStatus{}),
                            names(Command{}),
                            names(Dialect{}),
                            names(ContextType{}),
                            names(Cipher{}),
                            names(HashAlgorithm{}),
                            names(CompressionAlgorithm{}),
                            names(SigningAlgorithm{}),
                            names(RdmaTransformId{}),
                            names(HeaderFlags{}),
                            names(Capabilities{}),
                            names(ErrorId{}),
                            names(SessionSetupFlags{}),
                            names(SessionFlags{}),
                            names(TreeConnectFlags{}),
                            names(TreeConnectContextType{}),
                            names(ShareType{}),
                            names(ShareFlags{}),
                            names(ShareCapabilities{}),
                            names(AccessMask{}),
                            names(CtlCode{}),
                            names(IoctlFlags{})}) {
    for (const Name& name : table) {
      EXPECT_EQ(std::ranges::count(table, name.text, &Name::text), 1) << name.text;
      EXPECT_EQ(std::ranges::count(table, name.value, &Name::value), 1) << name.text;
      EXPECT_EQ(wire::value_of(table, name.text), name.value);
    }
  }
}

}  // namespace
}  // namespace smb2
