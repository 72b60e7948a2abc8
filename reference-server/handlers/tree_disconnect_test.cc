#include "reference-server/handlers/tree_disconnect.h"

#include "reference-server/model/session_client.h"

namespace reference {
namespace {

using smb2::Command;
using smb2::Dialect;
using smb2::NtStatus;

TEST(TreeDisconnect, EndsOneTreeConnectOnce) {
  Server server(session_settings(), 1, wall_clock);
  SessionClient client(server, Dialect::smb_3_1_1);
  const ClientSession session = client.log_in(alice);
  const std::uint32_t first = client.connect_tree(session, "data");
  const std::uint32_t second = client.connect_tree(session, "data");
  EXPECT_NE(first, second);
  const smb2::Message request = smb2::request(Command::tree_disconnect);
  const Seen answer = client.with_signature(session, request, first);
  EXPECT_EQ(answer.status(), NtStatus::success);
  EXPECT_EQ(answer.message().header.tree_id, first);
  EXPECT_EQ(client.with_signature(session, request, first).status(), NtStatus::network_name_deleted);
  EXPECT_EQ(client.with_signature(session, request, second).status(), NtStatus::success);
}

TEST(TreeDisconnect, AnswersEncryptedForAShareThatIs) {
  Server server(session_settings(), 1, wall_clock);
  SessionClient client(server, Dialect::smb_3_1_1);
  const ClientSession session = client.log_in(alice);
  const std::uint32_t tree = client.connect_tree(session, "secret");
  EXPECT_EQ(client.sealed(session, smb2::request(Command::tree_disconnect), tree).status(),
            NtStatus::success);
}

}  // namespace
}  // namespace reference
