#include "reference-server/handlers/change_notify.h"

#include "reference-server/model/open_client.h"

namespace reference {
namespace {

using smb2::Command;
using smb2::Dialect;
using smb2::HeaderFlags;
using smb2::Message;
using smb2::NtStatus;

class ChangeNotify : public testing::TestWithParam<Dialect> {
 protected:
  Server server{session_settings(), 1, wall_clock};
  OpenClient client{server, GetParam()};
  smb2::FileId root = client.open("");

  static Message notify(const smb2::FileId& id) {
    return message_of(Command::change_notify,
                      smb2::ChangeNotifyRequest{.output_buffer_length = 1000,
                                                .file_id = id,
                                                .completion_filter = smb2::CompletionFilter::file_name});
  }
  // The header of the interim response.
  smb2::Header waiting() { return client.send(notify(root)).message().header; }

  void expect_final(const wire::Bytes& bytes, const smb2::Header& interim, NtStatus status) {
    const smb2::Header header = smb2::decode(bytes).message.header;
    EXPECT_EQ(header.status, status);
    EXPECT_EQ(header.message_id, interim.message_id);
    EXPECT_EQ(header.async_id, interim.async_id);
    EXPECT_TRUE(header.is_async());
    EXPECT_EQ(header.credits, 0);
    EXPECT_TRUE(client.client.is_signed_with(bytes, client.session.signing_key));
  }
};
INSTANTIATE_TEST_SUITE_P(Dialects, ChangeNotify, testing::ValuesIn(smb2::all_dialects),
                         [](const auto& info) { return "n" + std::to_string(info.index); });

TEST_P(ChangeNotify, IsAnsweredForTheTimeBeing) {
  const smb2::Header interim = waiting();
  EXPECT_EQ(interim.status, NtStatus::pending);
  EXPECT_TRUE(interim.is_async());
  EXPECT_FALSE(smb2::has(interim.flags, HeaderFlags::signed_message));
  EXPECT_NE(interim.async_id, 0u);
  EXPECT_GT(interim.credits, 0);
  EXPECT_NE(waiting().async_id, interim.async_id);
}

TEST_P(ChangeNotify, IsCancelledByItsAsyncId) {
  const smb2::Header first = waiting();
  const smb2::Header second = waiting();
  Message cancel = smb2::request(Command::cancel);
  cancel.header.flags = HeaderFlags::async_command;
  cancel.header.async_id = first.async_id;
  const Seen seen = client.client.with_signature(client.session, cancel);
  ASSERT_EQ(seen.messages.size(), 1u);
  expect_final(seen.messages.front(), first, NtStatus::cancelled);
  EXPECT_TRUE(client.client.with_signature(client.session, cancel).messages.empty()) << "only once";
  cancel.header.async_id = second.async_id;
  EXPECT_EQ(client.client.with_signature(client.session, cancel).messages.size(), 1u);
}

TEST_P(ChangeNotify, IsCancelledByItsMessageId) {
  const smb2::Header interim = waiting();
  const Seen seen = client.client.with_signature(client.session, smb2::request(Command::cancel));
  ASSERT_EQ(seen.messages.size(), 1u);
  expect_final(seen.messages.front(), interim, NtStatus::cancelled);
}

TEST_P(ChangeNotify, EndsWithItsOpen) {
  for (const Message& end :
       {close_of(root), smb2::request(Command::tree_disconnect), smb2::request(Command::logoff)}) {
    Server fresh = server;
    OpenClient other(fresh, GetParam());
    const smb2::FileId id = other.open("");
    const smb2::Header interim = other.send(notify(id)).message().header;
    Message request = end;
    if (auto* body = std::get_if<smb2::CloseRequest>(&request.body)) body->file_id = id;
    const Seen seen = other.send(request);
    ASSERT_EQ(seen.messages.size(), 2u) << smb2::title(end);
    EXPECT_EQ(smb2::decode(seen.messages.front()).message.header.status, NtStatus::success);
    const smb2::Header final_header = smb2::decode(seen.messages.back()).message.header;
    EXPECT_EQ(final_header.status, NtStatus::notify_cleanup);
    EXPECT_EQ(final_header.async_id, interim.async_id);
    EXPECT_TRUE(other.client.is_signed_with(seen.messages.back(), other.session.signing_key));
  }
}

TEST_P(ChangeNotify, GoesWithItsConnection) {
  waiting();
  EXPECT_TRUE(server.closed(client.client.connection).empty());
}

TEST_P(ChangeNotify, RefusesWhatIsNoDirectoryOrMayNotBeListed) {
  EXPECT_TRUE(client.send(notify(client.open("file"))).refused(NtStatus::invalid_parameter));
  smb2::CreateRequest blind = create_body("");
  blind.desired_access = smb2::AccessMask::file_read_attributes;
  EXPECT_TRUE(client.send(notify(client.opened(blind).file_id)).refused(NtStatus::access_denied));
  Message greedy = notify(root);
  std::get<smb2::ChangeNotifyRequest>(greedy.body).output_buffer_length = 0xffffffff;
  EXPECT_TRUE(client.send(greedy).refused(NtStatus::invalid_parameter));
}

TEST_P(ChangeNotify, IsBounded) {
  Settings settings = session_settings();
  settings.max_async_commands = 1;
  Server small(settings, 1, wall_clock);
  OpenClient other(small, GetParam());
  const Message request = notify(other.open(""));
  EXPECT_EQ(other.send(request).status(), NtStatus::pending);
  EXPECT_TRUE(other.send(request).refused(NtStatus::insufficient_resources));
}

TEST(ChangeNotifySealed, IsAnsweredSealedBothTimes) {
  Server server(session_settings(), 1, wall_clock);
  OpenClient client(server, Dialect::smb_3_1_1);
  const smb2::FileId root = client.open("");
  const Message request = message_of(Command::change_notify, smb2::ChangeNotifyRequest{.file_id = root});
  const Seen interim = client.client.sealed(client.session, request, client.tree);
  EXPECT_EQ(interim.status(), NtStatus::pending);
  const Seen end = client.client.sealed(client.session, smb2::request(Command::cancel));
  EXPECT_EQ(end.status(), NtStatus::cancelled);
  EXPECT_FALSE(smb2::has(end.message().header.flags, HeaderFlags::signed_message));
}

}  // namespace
}  // namespace reference
