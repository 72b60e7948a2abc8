#include "reference-server/handlers/tree_connect.h"

#include "reference-server/model/session_client.h"

namespace reference {
namespace {

using smb2::Command;
using smb2::Dialect;
using smb2::NtStatus;
using smb2::ShareFlags;
using smb2::ShareType;

class TreeConnecting : public testing::TestWithParam<Dialect> {
 protected:
  Server server{session_settings(), 1, wall_clock};
  SessionClient client{server, GetParam()};
  ClientSession session = client.log_in(alice);

  Seen connect_to_path(std::string_view path) {
    return client.with_signature(session,
                                 {.header = {.command = Command::tree_connect},
                                  .body = smb2::TreeConnectRequest{.path = wire::Utf16::from_utf8(path)}});
  }
};
INSTANTIATE_TEST_SUITE_P(Dialects, TreeConnecting, testing::ValuesIn(smb2::all_dialects),
                         [](const auto& info) { return "n" + std::to_string(info.index); });

TEST_P(TreeConnecting, TellsTheTypeOfTheShare) {
  const auto disk = connect_to_path("\\\\server\\DaTa").message();
  ASSERT_EQ(disk.header.status, NtStatus::success);
  const auto& body = std::get<smb2::TreeConnectResponse>(disk.body);
  EXPECT_EQ(body.share_type, ShareType::disk);
  EXPECT_EQ(body.share_flags, ShareFlags::manual_caching);
  EXPECT_NE(static_cast<std::uint32_t>(body.maximal_access), 0u);
  const auto pipe = connect_to_path("\\\\server\\ipc$").message();
  EXPECT_EQ(std::get<smb2::TreeConnectResponse>(pipe.body).share_type, ShareType::pipe);
  EXPECT_NE(pipe.header.tree_id, disk.header.tree_id);
  EXPECT_NE(disk.header.tree_id, 0u);
}

TEST_P(TreeConnecting, WantsAServerAndAShareInThePath) {
  for (const std::string_view path : {"", "\\", "data", "\\server\\data", "\\\\server", "\\\\server\\",
                                      "\\\\\\data", "\\\\server\\data\\more", "//server/data"}) {
    EXPECT_EQ(connect_to_path(path).status(), NtStatus::invalid_parameter) << path;
  }
  EXPECT_EQ(connect_to_path("\\\\server\\" + std::string(81, 'x')).status(), NtStatus::invalid_parameter);
  EXPECT_EQ(connect_to_path("\\\\server\\nothing").status(), NtStatus::bad_network_name);
}

TEST_P(TreeConnecting, WantsThePathInsideTheMessage) {
  const auto status = [&](auto change) {
    smb2::TreeConnectRequest body{.path = wire::Utf16::from_utf8("\\\\s\\data")};
    change(body);
    return client.with_signature(session, {.header = {.command = Command::tree_connect}, .body = body})
        .status();
  };
  const auto forced = [](auto& field, std::uint16_t value) {
    field.value = value;
    field.forced = true;
  };
  EXPECT_EQ(status([&](auto& b) { forced(b.path_length, 400); }), NtStatus::invalid_parameter);
  EXPECT_EQ(status([&](auto& b) { forced(b.path_length, 15); }), NtStatus::invalid_parameter);
  EXPECT_EQ(status([&](auto& b) { forced(b.path_offset, 0xfffe); }), NtStatus::invalid_parameter);
  EXPECT_EQ(status([&](auto& b) { forced(b.structure_size, 8); }), NtStatus::invalid_parameter);
  EXPECT_EQ(status([&](auto& b) { b.path_offset.placed = 96; }), NtStatus::success) << "elsewhere in it";
}

TEST_P(TreeConnecting, IgnoresFlagsAndAnExtension) {
  smb2::TreeConnectRequest body{.flags = smb2::TreeConnectFlags::cluster_reconnect,
                                .path = wire::Utf16::from_utf8("\\\\server\\data")};
  const auto status = [&] {
    return client.with_signature(session, {.header = {.command = Command::tree_connect}, .body = body})
        .status();
  };
  EXPECT_EQ(status(), NtStatus::success);
  body.flags = smb2::TreeConnectFlags::extension_present;
  EXPECT_EQ(status(), NtStatus::success);
}

TEST_P(TreeConnecting, DisconnectsAnUnprotectedOneOf311) {
  const Seen answer = client.plain(SessionClient::in(session, SessionClient::tree_connect_request("data")));
  if (GetParam() == Dialect::smb_3_1_1) {
    EXPECT_TRUE(answer.only_closed());
  } else {
    EXPECT_EQ(answer.status(), NtStatus::success);
  }
}

TEST_P(TreeConnecting, AdmitsThoseWhomTheShareNames) {
  Settings settings = session_settings();
  settings.shares = {{.name = "hers", .connect_security = {.users = {"ALICE"}}},
                     {.name = "his", .connect_security = {.users = {"bob"}}},
                     {.name = "flags", .is_dfs = true, .force_shared_delete = true, .is_ca = true}};
  Server choosy(settings, 1, wall_clock);
  SessionClient visitor(choosy, GetParam());
  const ClientSession mine = visitor.log_in(alice);
  const auto connect = [&](std::string_view share) {
    return visitor.with_signature(mine, SessionClient::tree_connect_request(share)).message();
  };
  EXPECT_EQ(connect("hers").header.status, NtStatus::success);
  EXPECT_EQ(connect("his").header.status, NtStatus::access_denied);
  const auto body = std::get<smb2::TreeConnectResponse>(connect("flags").body);
  EXPECT_EQ(body.share_flags, ShareFlags::dfs | ShareFlags::dfs_root | ShareFlags::force_shared_delete);
  EXPECT_EQ(smb2::has(body.capabilities, smb2::ShareCapabilities::continuous_availability),
            smb2::is_3x(GetParam()));
}

TEST_P(TreeConnecting, BoundsWhatOneSessionConnects) {
  Settings settings = session_settings();
  settings.max_tree_connects = 2;
  Server tight(settings, 1, wall_clock);
  SessionClient visitor(tight, GetParam());
  const ClientSession mine = visitor.log_in(alice);
  visitor.connect_tree(mine, "data");
  visitor.connect_tree(mine, "data");
  EXPECT_EQ(visitor.with_signature(mine, SessionClient::tree_connect_request("data")).status(),
            NtStatus::insufficient_resources);
}

// 3.3.5.2.11

TEST_P(TreeConnecting, IsMissedByCommandsThatNeedIt) {
  const ClientSession other = client.log_in(bob);
  client.connect_tree(other, "data");
  const std::uint32_t foreign = client.connect_tree(other, "data");
  for (std::uint16_t code = 4; code <= 0x12; ++code) {
    const Command command{code};
    if (command == Command::cancel || command == Command::echo) continue;
    for (const std::uint32_t tree : {0u, foreign, 0xffffffffu}) {
      EXPECT_EQ(client.with_signature(session, smb2::request(command), tree).status(),
                NtStatus::network_name_deleted)
          << code;
    }
  }
}

TEST_P(TreeConnecting, LeadsToNoOpens) {
  const std::uint32_t tree = client.connect_tree(session, "data");
  for (std::uint16_t code = 6; code <= 0x12; ++code) {
    const Command command{code};
    if (command == Command::cancel || command == Command::echo || command == Command::ioctl) continue;
    EXPECT_EQ(client.with_signature(session, smb2::request(command), tree).status(), NtStatus::file_closed)
        << code;
  }
}

// 3.3.5.2.7.2

class Related : public testing::Test {
 protected:
  Server server{session_settings(), 1, wall_clock};
  SessionClient client{server, Dialect::smb_3_0};
  ClientSession session = client.log_in(alice);

  // The statuses of a related chain; all but the first name another session and tree.
  std::vector<NtStatus> statuses(std::vector<smb2::Message> requests) {
    std::vector<wire::Bytes> elements;
    for (smb2::Message& request : requests) {
      request.header.session_id = session.id;
      if (!elements.empty()) {
        request.header.flags = smb2::HeaderFlags::related_operations;
        request.header.session_id = request.header.tree_id = 0xffffffff;
      }
      elements.push_back(client.numbered(request));
    }
    elements = smb2::chain(std::move(elements));
    for (wire::Bytes& element : elements) client.sign(element, session.signing_key);
    const Seen answer = client.send(smb2::join(elements));
    std::vector<NtStatus> result;
    if (answer.messages.size() != 1) return result;
    EXPECT_EQ(answer.messages.front().size() % 8, 0u);
    for (const auto& element : smb2::split(answer.messages.front())) {
      EXPECT_TRUE(client.is_signed_with(element.bytes, session.signing_key));
      const auto header = smb2::decode(element.bytes).message.header;
      EXPECT_EQ(smb2::has(header.flags, smb2::HeaderFlags::related_operations), !result.empty());
      result.push_back(header.status);
    }
    return result;
  }
  using Statuses = std::vector<NtStatus>;
  smb2::Message connect = SessionClient::tree_connect_request("data");
  smb2::Message disconnect = smb2::request(Command::tree_disconnect);
  smb2::Message close = smb2::request(Command::close);
};

TEST_F(Related, RequestsUseTheTreeConnectJustMade) {
  EXPECT_EQ(statuses({connect, disconnect}), (Statuses{NtStatus::success, NtStatus::success}));
}

TEST_F(Related, RequestsFailWithWhatTheOneBeforeFailedToMake) {
  EXPECT_EQ(
      statuses({SessionClient::tree_connect_request("none"), disconnect, smb2::request(Command::logoff)}),
      (Statuses{NtStatus::bad_network_name, NtStatus::invalid_parameter, NtStatus::invalid_parameter}));
  EXPECT_EQ(statuses({smb2::request(Command::echo), disconnect}),
            (Statuses{NtStatus::success, NtStatus::invalid_parameter}));
}

TEST_F(Related, RequestsNeedAFileIdBeforeThem) {
  EXPECT_EQ(statuses({connect, close, disconnect}),
            (Statuses{NtStatus::success, NtStatus::invalid_handle, NtStatus::invalid_handle}));
  EXPECT_EQ(
      statuses({connect, smb2::request(Command::create), close, disconnect}),
      (Statuses{NtStatus::success, NtStatus::access_denied, NtStatus::access_denied, NtStatus::success}));
}

}  // namespace
}  // namespace reference
