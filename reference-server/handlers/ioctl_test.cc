#include "reference-server/handlers/ioctl.h"

#include "reference-server/model/session_client.h"

namespace reference {
namespace {

using smb2::Command;
using smb2::CtlCode;
using smb2::Dialect;
using smb2::NtStatus;

class Ioctl : public testing::TestWithParam<Dialect> {
 protected:
  Server server{session_settings(), 1, wall_clock};
  SessionClient client{server, GetParam(), {.client_guid = {7}}};
  ClientSession session = client.log_in(alice);
  std::uint32_t tree = client.connect_tree(session, "IPC$");

  // What this client negotiated.
  smb2::ValidateNegotiateInfoRequest info() const {
    return {.capabilities = smb2::Capabilities{0xffffffff},
            .guid = {7},
            .security_mode = smb2::SecurityMode::signing_enabled,
            .dialects = {GetParam()}};
  }
  smb2::IoctlRequest validate() const {
    return {.ctl_code = CtlCode::validate_negotiate_info,
            .file_id = smb2::no_file_id,
            .max_output_response = 24,
            .input = info()};
  }
  Seen send(const smb2::IoctlRequest& body) {
    return client.with_signature(
        session, {.header = {.credit_charge = 1, .command = Command::ioctl}, .body = body}, tree);
  }
  NtStatus status(const smb2::IoctlRequest& body) { return send(body).status(); }
};
class ValidateNegotiateInfo : public Ioctl {};
INSTANTIATE_TEST_SUITE_P(Dialects, Ioctl, testing::ValuesIn(smb2::all_dialects),
                         [](const auto& info) { return "n" + std::to_string(info.index); });
INSTANTIATE_TEST_SUITE_P(Dialects, ValidateNegotiateInfo,
                         testing::Values(Dialect::smb_2_0_2, Dialect::smb_2_1, Dialect::smb_3_0,
                                         Dialect::smb_3_0_2),
                         [](const auto& info) { return "n" + std::to_string(info.index); });

TEST_P(ValidateNegotiateInfo, RepeatsWhatWasNegotiated) {
  const Seen seen_answer = send(validate());
  EXPECT_TRUE(client.is_signed_with(seen_answer, session.signing_key));
  const smb2::Message answer = seen_answer.message();
  ASSERT_EQ(answer.header.status, NtStatus::success);
  const auto& body = std::get<smb2::IoctlResponse>(answer.body);
  EXPECT_EQ(body.ctl_code, CtlCode::validate_negotiate_info);
  EXPECT_EQ(body.file_id, smb2::no_file_id);
  EXPECT_EQ(body.flags, 0u);
  EXPECT_EQ(body.output_count.value, 24u);
  const auto& told = std::get<smb2::ValidateNegotiateInfoResponse>(body.output);
  EXPECT_EQ(told.capabilities, client.negotiated.capabilities);
  EXPECT_EQ(told.guid, client.negotiated.server_guid);
  EXPECT_EQ(told.security_mode, client.negotiated.security_mode);
  EXPECT_EQ(told.dialect, GetParam());
}

TEST_P(ValidateNegotiateInfo, DisconnectsOnEveryDifference) {
  const auto disconnects = [&](auto change) {
    smb2::IoctlRequest body = validate();
    change(body, std::get<smb2::ValidateNegotiateInfoRequest>(body.input));
    Server before = server;
    const bool closed = send(body).only_closed();
    server = before;
    return closed;
  };
  EXPECT_FALSE(disconnects([](auto&, auto&) {}));
  EXPECT_TRUE(disconnects([](auto& b, auto&) { b.max_output_response = 23; }));
  EXPECT_TRUE(disconnects([](auto&, auto& i) { i.guid[3] ^= 1; }));
  EXPECT_TRUE(disconnects([](auto&, auto& i) { i.capabilities = smb2::Capabilities::dfs; }));
  EXPECT_TRUE(disconnects([](auto&, auto& i) { i.security_mode = smb2::SecurityMode::signing_required; }));
  EXPECT_TRUE(disconnects([](auto&, auto& i) { i.dialects.push_back(Dialect::smb_2_0_2); }));
  EXPECT_TRUE(disconnects([](auto&, auto& i) { i.dialects.clear(); }));
}

TEST_P(ValidateNegotiateInfo, RefusesWhatIsCutShort) {
  smb2::IoctlRequest body = validate();
  body.input = wire::Bytes(10);
  EXPECT_EQ(status(body), NtStatus::invalid_parameter);
  body = validate();
  std::get<smb2::ValidateNegotiateInfoRequest>(body.input).dialect_count =
      wire::Derived<std::uint16_t>::force(9);
  EXPECT_EQ(status(body), NtStatus::invalid_parameter);
}

TEST(ValidateNegotiateInfo311, Disconnects) {
  Server server(session_settings(), 1, wall_clock);
  SessionClient client(server, Dialect::smb_3_1_1);
  const ClientSession session = client.log_in(alice);
  const std::uint32_t tree = client.connect_tree(session, "IPC$");
  const smb2::IoctlRequest body{.ctl_code = CtlCode::validate_negotiate_info, .file_id = smb2::no_file_id};
  EXPECT_TRUE(client.with_signature(session, {.header = {.command = Command::ioctl}, .body = body}, tree)
                  .only_closed());
}

TEST(ValidateNegotiateInfoBelow3, IsNotSupported) {
  Settings settings = session_settings();
  settings.maximum_dialect = Dialect::smb_2_1;
  Server server(settings, 1, wall_clock);
  SessionClient client(server, Dialect::smb_2_1);
  const ClientSession session = client.log_in(alice);
  const std::uint32_t tree = client.connect_tree(session, "IPC$");
  const smb2::IoctlRequest body{.ctl_code = CtlCode::validate_negotiate_info, .file_id = smb2::no_file_id};
  EXPECT_EQ(
      client.with_signature(session, {.header = {.command = Command::ioctl}, .body = body}, tree).status(),
      NtStatus::not_supported);
}

TEST_P(Ioctl, RefusesInTheOrderOfTheSection) {
  smb2::IoctlRequest body{.ctl_code = CtlCode::pipe_peek, .flags = smb2::IoctlFlags::none};
  EXPECT_EQ(status(body), NtStatus::not_supported) << "Flags come before FileId";
  body.flags = smb2::IoctlFlags::is_fsctl;
  body.max_output_response = 0xffffffff;
  EXPECT_EQ(status(body), NtStatus::file_closed) << "FileId before sizes";
  body.ctl_code = CtlCode::query_network_interface_info;
  EXPECT_EQ(status(body), NtStatus::invalid_parameter) << "a FileId where there is none";
  body.file_id = smb2::no_file_id;
  EXPECT_EQ(status(body), NtStatus::invalid_parameter) << "too large a response";
  body.max_output_response = 100;
  EXPECT_EQ(status(body), NtStatus::not_supported);
  body.ctl_code = CtlCode::dfs_get_referrals;
  EXPECT_EQ(status(body), NtStatus::not_found);
  body.ctl_code = CtlCode{0x12345};
  EXPECT_EQ(status(body), NtStatus::file_closed);
}

TEST_P(Ioctl, WantsItsInputInsideTheMessage) {
  const auto refused = [&](auto change) {
    smb2::IoctlRequest body{
        .ctl_code = CtlCode::pipe_wait, .file_id = smb2::no_file_id, .input = wire::Bytes(16)};
    change(body);
    return status(body) == NtStatus::invalid_parameter;
  };
  const auto forced = [](auto& field, std::uint32_t value) {
    field.value = static_cast<decltype(field.value)>(value);
    field.forced = true;
  };
  EXPECT_FALSE(refused([](auto&) {}));
  EXPECT_FALSE(refused([&](auto& b) { b.input_offset.placed = 128; }));
  EXPECT_TRUE(refused([&](auto& b) { forced(b.input_offset, 64); }));
  EXPECT_TRUE(refused([&](auto& b) { b.input_offset.placed = 124; }));
  EXPECT_TRUE(refused([&](auto& b) { forced(b.input_offset, 0xfffffff8); }));
  EXPECT_TRUE(refused([&](auto& b) { forced(b.input_count, 17); }));
  EXPECT_TRUE(refused([&](auto& b) { forced(b.input_count, 0xffffffff); }));
  EXPECT_TRUE(refused([&](auto& b) { forced(b.structure_size, 56); }));
  EXPECT_FALSE(refused([&](auto& b) {
    b.input = wire::Bytes{};
    forced(b.input_offset, 5);
  })) << "no input, no offset";
}

TEST_P(Ioctl, IsChargedForTheLargerSide) {
  smb2::IoctlRequest body{
      .ctl_code = CtlCode::pipe_wait, .file_id = smb2::no_file_id, .max_output_response = 65536};
  EXPECT_EQ(status(body), NtStatus::not_supported);
  body.max_input_response = 1;
  const bool multi_credit = GetParam() != Dialect::smb_2_0_2;
  EXPECT_EQ(status(body), multi_credit ? NtStatus::invalid_parameter : NtStatus::not_supported);
}

}  // namespace
}  // namespace reference
