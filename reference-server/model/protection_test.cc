#include "reference-server/model/protection.h"

#include "reference-server/model/session_client.h"

namespace reference {
namespace {

using smb2::Command;
using smb2::Dialect;
using smb2::NtStatus;
using smb2::SessionFlags;

const smb2::Message echo_request = smb2::request(Command::echo);
const smb2::Message tree_request = SessionClient::tree_connect_request("data");

Server make_server(Settings settings = session_settings()) {
  return Server(std::move(settings), 1, wall_clock);
}

// Encryption

struct Suite {
  Dialect dialect;
  smb2::Cipher cipher;
};
class Encryption : public testing::TestWithParam<Suite> {
 protected:
  ClientOptions options{.cipher = GetParam().cipher};
};
INSTANTIATE_TEST_SUITE_P(Sessions, Encryption,
                         testing::Values(Suite{Dialect::smb_3_0, smb2::Cipher::aes_128_ccm},
                                         Suite{Dialect::smb_3_0_2, smb2::Cipher::aes_128_ccm},
                                         Suite{Dialect::smb_3_1_1, smb2::Cipher::aes_128_ccm},
                                         Suite{Dialect::smb_3_1_1, smb2::Cipher::aes_128_gcm},
                                         Suite{Dialect::smb_3_1_1, smb2::Cipher::aes_256_ccm},
                                         Suite{Dialect::smb_3_1_1, smb2::Cipher::aes_256_gcm}),
                         [](const auto& info) { return "n" + std::to_string(info.index); });

TEST_P(Encryption, AnswersSealedWhatCameSealed) {
  Server server = make_server();
  SessionClient client(server, GetParam().dialect, options);
  ClientSession session = client.log_in(alice);
  EXPECT_EQ(session.flags, SessionFlags::none);
  EXPECT_EQ(client.sealed(session, echo_request).status(), NtStatus::success);
  const auto error = client.sealed(session, SessionClient::tree_connect_request("none")).message().header;
  EXPECT_EQ(error.status, NtStatus::bad_network_name);
  EXPECT_EQ(error.flags, smb2::HeaderFlags::server_to_redir);
  EXPECT_EQ(error.signature, smb2::Header{}.signature);
  EXPECT_EQ(client.log_in(alice, {.reauthenticates = &session, .is_sealed = true}).status, NtStatus::success);
  EXPECT_EQ(client.sealed(session, smb2::request(Command::logoff)).status(), NtStatus::success);
  EXPECT_TRUE(client.send(client.seal(session, client.numbered(SessionClient::in(session, echo_request))))
                  .only_closed());
}

TEST_P(Encryption, IsDemandedOfTheWholeServer) {
  Settings settings = session_settings();
  settings.encrypt_data = true;
  Server server = make_server(settings);
  SessionClient client(server, GetParam().dialect, options);
  ClientSession session = client.log_in(alice);
  ASSERT_EQ(session.status, NtStatus::success);
  EXPECT_EQ(session.flags, SessionFlags::encrypt_data);
  EXPECT_TRUE(client.is_signed_with(session.last_bytes, session.signing_key));
  EXPECT_EQ(client.sealed(session, tree_request).status(), NtStatus::success);
  const Seen plain = client.with_signature(session, tree_request);
  EXPECT_EQ(client.opened(session, plain).status(), NtStatus::access_denied);
}

TEST_P(Encryption, IsDemandedOfAShare) {
  Server server = make_server();
  SessionClient client(server, GetParam().dialect, options);
  const ClientSession session = client.log_in(alice);
  const auto connected =
      client.with_signature(session, SessionClient::tree_connect_request("secret")).message();
  ASSERT_EQ(connected.header.status, NtStatus::success);
  EXPECT_EQ(std::get<smb2::TreeConnectResponse>(connected.body).share_flags, smb2::ShareFlags::encrypt_data);
  const std::uint32_t tree = connected.header.tree_id;
  const Seen plain = client.with_signature(session, smb2::request(Command::tree_disconnect), tree);
  EXPECT_EQ(client.opened(session, plain).status(), NtStatus::access_denied);
  EXPECT_EQ(client.sealed(session, smb2::request(Command::tree_disconnect), tree).status(),
            NtStatus::success);
}

TEST_P(Encryption, NeverRepeatsANonce) {
  Server server = make_server();
  SessionClient client(server, GetParam().dialect, options);
  const ClientSession session = client.log_in(alice);
  std::set<std::array<std::uint8_t, 16>> nonces;
  for (int i = 0; i < 50; ++i) {
    const Seen answer =
        client.send(client.seal(session, client.numbered(SessionClient::in(session, echo_request))));
    ASSERT_EQ(answer.messages.size(), 1u);
    const auto header = wire::decode<smb2::TransformHeader>(answer.messages.front()).message;
    EXPECT_TRUE(nonces.insert(header.nonce).second);
    EXPECT_EQ(header.original_message_size.value, header.encrypted_message.size());
  }
}

TEST_P(Encryption, DisconnectsOnEveryChangedBit) {
  Server server = make_server();
  SessionClient client(server, GetParam().dialect, options);
  const ClientSession session = client.log_in(alice);
  const wire::Bytes sealed = client.seal(session, client.numbered(SessionClient::in(session, echo_request)));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Server copy = server;
    wire::Bytes bent = sealed;
    bent[i] ^= 0x10;
    EXPECT_TRUE(seen(copy.receive(client.connection, smb2::frame(bent))).only_closed()) << i;
  }
  for (std::size_t size = 4; size < sealed.size(); ++size) {
    Server copy = server;
    EXPECT_TRUE(
        seen(copy.receive(client.connection, smb2::frame(wire::View(sealed).first(size)))).only_closed());
  }
}

TEST_P(Encryption, DisconnectsOnWhatMustNotBeInside) {
  Server server = make_server();
  SessionClient client(server, GetParam().dialect, options);
  const ClientSession session = client.log_in(alice);
  const auto disconnects = [&](wire::View inside, auto change) {
    Server copy = server;
    const wire::Bytes sealed = client.seal(session, inside, change);
    return seen(copy.receive(client.connection, smb2::frame(sealed))).only_closed();
  };
  const auto as_it_is = [](smb2::TransformHeader&) {};
  const wire::Bytes good = client.numbered(SessionClient::in(session, echo_request));
  EXPECT_FALSE(disconnects(good, as_it_is));
  EXPECT_FALSE(disconnects(good, [](auto& h) { h.reserved = 7; }));
  EXPECT_TRUE(disconnects(good, [](auto& h) { h.flags = smb2::TransformFlags{2}; }));
  EXPECT_TRUE(disconnects(wire::View(good).first(63), as_it_is));
  EXPECT_TRUE(disconnects(client.seal(session, good), as_it_is)) << "a seal in a seal";
  wire::Bytes related = good;
  related[16] = 4;
  EXPECT_TRUE(disconnects(related, as_it_is));
  wire::Bytes foreign = good;
  foreign[40] ^= 1;
  EXPECT_TRUE(disconnects(foreign, as_it_is)) << "another SessionId";
}

TEST_P(Encryption, SealsACompoundAsOne) {
  Server server = make_server();
  SessionClient client(server, GetParam().dialect, options);
  const ClientSession session = client.log_in(alice);
  smb2::Message second = smb2::request(Command::tree_disconnect);
  second.header.flags = smb2::HeaderFlags::related_operations;
  const wire::Bytes both = smb2::join(smb2::chain({client.numbered(SessionClient::in(session, tree_request)),
                                                   client.numbered(SessionClient::in(session, second))}));
  const Seen answer = client.opened(session, client.send(client.seal(session, both)));
  ASSERT_EQ(answer.messages.size(), 1u);
  const auto elements = smb2::split(answer.messages.front());
  ASSERT_EQ(elements.size(), 2u);
  for (const auto& element : elements) {
    EXPECT_EQ(smb2::decode(element.bytes).message.header.status, NtStatus::success);
  }
}

TEST(EncryptionPolicy, ShutsOutThoseWhoCannot) {
  Settings settings = session_settings();
  settings.encrypt_data = true;
  Server server = make_server(settings);
  EXPECT_EQ(SessionClient(server, Dialect::smb_2_1).log_in(alice).status, NtStatus::access_denied);
  SessionClient plain(server, Dialect::smb_3_0, {.capabilities = smb2::Capabilities::dfs});
  EXPECT_EQ(plain.log_in(alice).status, NtStatus::access_denied);
  settings.reject_unencrypted_access = false;
  Server lenient = make_server(settings);
  SessionClient old(lenient, Dialect::smb_2_1);
  const ClientSession session = old.log_in(alice);
  EXPECT_EQ(session.status, NtStatus::success);
  EXPECT_EQ(old.plain(SessionClient::in(session, tree_request)).status(), NtStatus::access_denied)
      << "signing stands in for it";
  EXPECT_EQ(old.with_signature(session, tree_request).status(), NtStatus::success);
}

TEST(EncryptionPolicy, KeepsOldClientsFromShares) {
  Server server = make_server();
  SessionClient old(server, Dialect::smb_2_1);
  const ClientSession session = old.log_in(alice);
  EXPECT_EQ(old.with_signature(session, SessionClient::tree_connect_request("secret")).status(),
            NtStatus::access_denied);
}

TEST(EncryptionPolicy, NeedsAnOrdinaryUser) {
  Settings settings = session_settings();
  settings.guests = true;
  Server server = make_server(settings);
  for (const auto& who : {anonymous, nobody}) {
    SessionClient client(server, Dialect::smb_3_1_1);
    client.log_in(alice);
    const ClientSession session = client.log_in(who);
    ASSERT_EQ(session.status, NtStatus::success);
    EXPECT_TRUE(client.send(client.seal(session, client.numbered(SessionClient::in(session, echo_request))))
                    .only_closed());
  }
}

TEST(SigningAlgorithms, AreAllSpoken) {
  for (const auto algorithm : {smb2::SigningAlgorithm::hmac_sha256, smb2::SigningAlgorithm::aes_cmac,
                               smb2::SigningAlgorithm::aes_gmac}) {
    Server server = make_server();
    SessionClient client(server, Dialect::smb_3_1_1, {.signing = algorithm});
    const ClientSession session = client.log_in(alice);
    EXPECT_TRUE(client.is_signed_with(session.last_bytes, session.signing_key));
    EXPECT_TRUE(client.is_signed_with(client.with_signature(session, echo_request), session.signing_key));
  }
}

TEST(ReplyBend, ComesBeforeSignatureAndSeal) {
  Server server = make_server();
  SessionClient client(server, Dialect::smb_3_1_1);
  const ClientSession session = client.log_in(alice);  // three replies
  const auto path = [](std::string_view text) { return *wire::Path::parse(text); };
  const auto bent = [&](std::uint64_t reply, std::string_view field, Layer layer, wire::Value value) {
    server.bend_reply({.reply = reply, .layer = layer, .path = path(field), .value = std::move(value)});
  };
  bent(3, "Reserved", Layer::body, 1U);
  const Seen is_signed = client.with_signature(session, echo_request);
  EXPECT_TRUE(client.is_signed_with(is_signed, session.signing_key));
  EXPECT_EQ(std::get<smb2::EchoResponse>(is_signed.message().body).reserved, 1);
  bent(4, "Reserved", Layer::body, 1U);
  EXPECT_EQ(std::get<smb2::EchoResponse>(client.sealed(session, echo_request).message().body).reserved, 1);
  bent(5, "Signature", Layer::header, wire::Bytes(16, 1));
  EXPECT_FALSE(client.is_signed_with(client.with_signature(session, echo_request), session.signing_key));
}

TEST(ReplyBend, SetsTheHeadersAroundAReply) {
  Server server = make_server();
  SessionClient client(server, Dialect::smb_3_1_1);
  const ClientSession session = client.log_in(alice);
  const auto path = [](std::string_view text) { return *wire::Path::parse(text); };
  server.bend_reply({.reply = 3, .layer = Layer::transform, .path = path("Reserved"), .value = 7U});
  const wire::Bytes request = client.seal(session, client.numbered(SessionClient::in(session, echo_request)));
  const Seen bent = client.send(request);
  EXPECT_EQ(wire::decode<smb2::TransformHeader>(bent.messages.front()).message.reserved, 7);
  EXPECT_FALSE(client.opened(session, bent).messages.empty()) << "sealed as it is";
}

TEST(ReplyBend, AChangedChallengeIsTheOneThatTheClientsMicCovers) {
  Server server = make_server();
  server.bend_reply(
      {.reply = 1, .layer = Layer::mechanism, .path = *wire::Path::parse("ProductBuild"), .value = 4711U});
  SessionClient client(server, Dialect::smb_3_1_1);
  EXPECT_EQ(client.log_in(alice).status, NtStatus::success);
}

}  // namespace
}  // namespace reference
