#include "reference-server/handlers/close.h"

#include "reference-server/model/open_client.h"

namespace reference {
namespace {

using smb2::Command;
using smb2::CreateAction;
using smb2::Dialect;
using smb2::NtStatus;
using smb2::ShareAccess;

class Close : public testing::TestWithParam<Dialect> {
 protected:
  Server server{session_settings(), 1, wall_clock};
  OpenClient client{server, GetParam()};
  smb2::FileId id = client.open("file");

  // The only Open of a file that it shares with nobody.
  static smb2::CreateRequest exclusive(std::string_view name) {
    smb2::CreateRequest body = create_body(name);
    body.share_access = ShareAccess::none;
    return body;
  }
};
INSTANTIATE_TEST_SUITE_P(Dialects, Close, testing::ValuesIn(smb2::all_dialects),
                         [](const auto& info) { return "n" + std::to_string(info.index); });

TEST_P(Close, EndsAnOpenOnce) {
  EXPECT_EQ(client.close(id), NtStatus::success);
  EXPECT_EQ(client.close(id), NtStatus::file_closed);
}

TEST_P(Close, WantsBothHalvesOfTheFileId) {
  for (const std::size_t half : {0u, 8u}) {
    smb2::FileId other = id;
    other[half] ^= 1;
    EXPECT_EQ(client.close(other), NtStatus::file_closed);
  }
  EXPECT_EQ(client.close(id), NtStatus::success);
}

TEST_P(Close, TellsOfTheFileWhenItIsAsked) {
  const auto silent = std::get<smb2::CloseResponse>(client.send(close_of(id)).message().body);
  EXPECT_EQ(silent.flags, smb2::CloseFlags::none);
  EXPECT_EQ(silent.creation_time, 0u);
  const auto request = close_of(client.open("file"), smb2::CloseFlags::postquery_attrib);
  const auto told = std::get<smb2::CloseResponse>(client.send(request).message().body);
  EXPECT_EQ(told.flags, smb2::CloseFlags::postquery_attrib);
  EXPECT_EQ(told.creation_time, wall_clock);
  EXPECT_EQ(told.file_attributes, smb2::FileAttributes::archive);
}

TEST_P(Close, DeletesWhatWasToBeDeletedWithTheLastOpen) {
  smb2::CreateRequest body = create_body("file");
  body.create_options = smb2::CreateOptions::delete_on_close;
  EXPECT_EQ(client.close(client.opened(body).file_id), NtStatus::success);
  EXPECT_TRUE(client.create(create_body("file")).refused(NtStatus::delete_pending));
  EXPECT_EQ(client.close(id), NtStatus::success);
  EXPECT_EQ(client.opened(create_body("file")).create_action, CreateAction::created);
}

TEST_P(Close, IsOfOpensOfItsSession) {
  OpenClient other(server, GetParam());
  EXPECT_EQ(other.close(id), NtStatus::file_closed);
  EXPECT_EQ(client.close(id), NtStatus::success);
}

TEST_P(Close, ComesWithTheEndOfTheTreeConnect) {
  EXPECT_EQ(client.send(smb2::request(Command::tree_disconnect)).status(), NtStatus::success);
  client.tree = client.client.connect_tree(client.session, "data");
  EXPECT_EQ(client.close(id), NtStatus::file_closed);
  client.opened(exclusive("file"));
}

TEST_P(Close, ComesWithTheEndOfTheSession) {
  EXPECT_EQ(client.send(smb2::request(Command::logoff)).status(), NtStatus::success);
  OpenClient other(server, GetParam());
  EXPECT_EQ(other.close(id), NtStatus::file_closed);
  other.opened(exclusive("file"));
}

TEST_P(Close, ComesWithThePreviousSession) {
  SessionClient second(server, GetParam());
  const ClientSession session = second.log_in(alice, {.previous_session_id = client.session.id});
  const std::uint32_t tree = second.connect_tree(session, "data");
  EXPECT_EQ(second.with_signature(session, message_of(Command::create, exclusive("file")), tree).status(),
            NtStatus::success);
}

TEST_P(Close, ComesWithTheLossOfTheConnection) {
  server.closed(client.client.connection);
  OpenClient other(server, GetParam());
  other.opened(exclusive("file"));
}

TEST_P(Close, TakesTheFileIdOfTheCreateBeforeIt) {
  const auto related = [&](smb2::Message message) {
    message = SessionClient::in(client.session, std::move(message), client.tree);
    message.header.flags = message.header.flags | smb2::HeaderFlags::related_operations;
    return client.client.numbered(message);
  };
  std::vector<wire::Bytes> elements = {
      client.client.numbered(
          SessionClient::in(client.session, message_of(Command::create, exclusive("related")), client.tree)),
      related(close_of(smb2::no_file_id)), related(close_of(smb2::no_file_id))};
  elements = smb2::chain(std::move(elements));
  for (wire::Bytes& element : elements) client.client.sign(element, client.session.signing_key);
  const Seen seen = client.client.send(smb2::join(elements));
  ASSERT_EQ(seen.messages.size(), 1u);
  std::vector<NtStatus> statuses;
  for (const smb2::Element& element : smb2::split(seen.messages.front())) {
    statuses.push_back(smb2::decode(element.bytes).message.header.status);
  }
  EXPECT_EQ(statuses, (std::vector<NtStatus>{NtStatus::success, NtStatus::success, NtStatus::file_closed}));
}

}  // namespace
}  // namespace reference
