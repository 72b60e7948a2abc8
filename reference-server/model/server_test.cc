#include "reference-server/model/server.h"

#include <array>
#include <random>

#include "harness/smb1/negotiate.h"
#include "reference-server/model/test_client.h"

namespace reference {
namespace {

using namespace std::chrono_literals;
using smb2::Command;
using smb2::Dialect;
using smb2::HeaderFlags;
using smb2::NtStatus;

smb2::Message request(Command command, std::uint64_t message_id) {
  smb2::Message message = smb2::request(command);
  message.header.credits = 1;
  message.header.message_id = message_id;
  return message;
}

smb2::Message negotiate_with(Dialect dialect, std::uint64_t message_id = 0) {
  smb2::Message message = negotiate_request({dialect});
  message.header.message_id = message_id;
  return message;
}

// Negotiated, with `credits` to use from MessageId 1 on.
TestClient negotiated(Dialect dialect, std::uint16_t credits, Settings settings = {}) {
  TestClient client(std::move(settings));
  smb2::Message message = negotiate_with(dialect);
  message.header.credits = credits;
  EXPECT_EQ(client.send(message).message().header.credits, credits);
  return client;
}

// The bytes of a header alone: 64 bytes, in which a test changes what it is about.
wire::Bytes header_bytes(Command command, std::uint64_t message_id) {
  return smb2::encode(
      smb2::Message{.header = {.command = command, .message_id = message_id}, .body = wire::Bytes{}});
}

wire::Bytes chain(std::vector<smb2::Message> requests) {
  wire::Bytes bytes;
  for (smb2::Message& r : requests) {
    wire::Bytes one = smb2::encode(r);
    one.resize((one.size() + 7) / 8 * 8);
    if (&r != &requests.back()) one[20] = static_cast<std::uint8_t>(one.size());
    bytes.insert(bytes.end(), one.begin(), one.end());
  }
  return bytes;
}

// Framing, 2.1

TEST(Framing, TakesFramesInAnyPieces) {
  TestClient client;
  const wire::Bytes frame = smb2::frame(smb2::encode(negotiate_with(Dialect::smb_2_1)));
  for (std::size_t i = 0; i + 1 < frame.size(); ++i) {
    const Seen nothing = client.stream(wire::View(frame).subspan(i, 1));
    EXPECT_TRUE(nothing.messages.empty() && !nothing.closed) << "byte " << i;
  }
  EXPECT_EQ(client.stream(wire::View(frame).last(1)).negotiated().dialect_revision, Dialect::smb_2_1);
}

TEST(Framing, TakesSeveralFramesAtOnce) {
  TestClient client;
  wire::Bytes bytes = smb2::frame(smb2::encode(negotiate_with(Dialect::smb_2_1)));
  const wire::Bytes second = smb2::frame(smb2::encode(request(Command::tree_connect, 1)));
  bytes.insert(bytes.end(), second.begin(), second.end());
  EXPECT_EQ(client.stream(bytes).messages.size(), 2u);
}

TEST(Framing, DisconnectsOnANonZeroFirstByte) {
  EXPECT_TRUE(TestClient().stream(*wire::from_hex("81000000")).only_closed());
  EXPECT_TRUE(TestClient().stream(*wire::from_hex("47455420 2f")).only_closed()) << "HTTP";
}

TEST(Framing, DisconnectsOnAFrameTooLargeAsSoonAsItIsAnnounced) {
  EXPECT_TRUE(TestClient().stream(*wire::from_hex("00011001")).only_closed()) << "68 KiB + 1";
  const Seen largest = TestClient().stream(*wire::from_hex("00011000"));
  EXPECT_TRUE(largest.messages.empty() && !largest.closed);

  // 3.3.5.2: MaxTransactSize + 256, and 68 KiB without multi-credit.
  EXPECT_TRUE(negotiated(Dialect::smb_2_1, 1).stream(*wire::from_hex("00800101")).only_closed());
  EXPECT_FALSE(negotiated(Dialect::smb_2_1, 1).stream(*wire::from_hex("00800100")).closed);
  EXPECT_TRUE(negotiated(Dialect::smb_2_0_2, 1).stream(*wire::from_hex("00010101")).only_closed());
  EXPECT_FALSE(negotiated(Dialect::smb_2_0_2, 1).stream(*wire::from_hex("00010100")).closed);
}

TEST(Framing, IgnoresBytesForAConnectionThatIsGone) {
  TestClient client;
  EXPECT_TRUE(client.stream(*wire::from_hex("ffffffff")).only_closed());
  EXPECT_TRUE(client.server.receive(client.connection, *wire::from_hex("ffffffff")).empty());
  EXPECT_TRUE(client.server.closed(client.connection).empty());
  EXPECT_TRUE(client.server.receive(77, *wire::from_hex("ffffffff")).empty());
}

// 3.3.5.2, 3.3.5.2.6: what disconnects without a word

TEST(ReceivingAnyMessage, DisconnectsOnAnUnknownProtocolId) {
  EXPECT_TRUE(TestClient().send("").only_closed()) << "an empty frame";
  EXPECT_TRUE(TestClient().send("fe534d").only_closed());
  wire::Bytes message = smb2::encode(negotiate_with(Dialect::smb_2_1));
  message[0] = 0xfb;
  EXPECT_TRUE(TestClient().send(message).only_closed());
}

TEST(ReceivingAnyMessage, DisconnectsOnWhatIsShorterThanAHeader) {
  const wire::Bytes message = header_bytes(Command::negotiate, 0);
  for (std::size_t size = 0; size < smb2::header_size; ++size) {
    EXPECT_TRUE(TestClient().send(wire::View(message).first(size)).only_closed()) << size;
  }
  EXPECT_TRUE(TestClient().send(message).refused(NtStatus::invalid_parameter)) << "a header without a body";
}

TEST(ReceivingAnyMessage, DisconnectsOnAnUnknownCommand) {
  for (const auto code : std::to_array<std::uint16_t>({0x0014, 0x00ff, 0xffff})) {
    EXPECT_TRUE(TestClient().send(request(Command{code}, 0)).only_closed());
    EXPECT_TRUE(negotiated(Dialect::smb_2_1, 1).send(request(Command{code}, 1)).only_closed());
  }
}

TEST(ReceivingAnyMessage, DisconnectsOnEncryptedAndCompressedMessages) {
  for (const int first : {0xfd, 0xfc}) {
    wire::Bytes message(120);
    std::copy_n("\xfeSMB", 4, message.begin());
    message[0] = static_cast<std::uint8_t>(first);
    EXPECT_TRUE(TestClient().send(message).only_closed());
    EXPECT_TRUE(negotiated(Dialect::smb_3_1_1, 1).send(message).only_closed());
    EXPECT_TRUE(negotiated(Dialect::smb_2_1, 1).send(message).only_closed());
  }
}

TEST(ReceivingAnyMessage, DisconnectsOnALargeRequestOfASmallCommand) {
  smb2::Message message = request(Command::tree_connect, 1);
  message.body = wire::Bytes(68 * 1024 - smb2::header_size);
  EXPECT_TRUE(negotiated(Dialect::smb_2_1, 1).send(message).refused(NtStatus::invalid_parameter));
  message.body = wire::Bytes(68 * 1024 - smb2::header_size + 1);
  EXPECT_TRUE(negotiated(Dialect::smb_2_1, 1).send(message).only_closed());
  message.header.command = Command::write;
  message.body = smb2::WriteRequest{.buffer = wire::Bytes(68 * 1024)};
  EXPECT_TRUE(negotiated(Dialect::smb_2_1, 1).send(message).refused(NtStatus::user_session_deleted));
}

// 3.3.5.2.2

TEST(ConnectionState, AllowsNothingButNegotiateBeforeADialect) {
  for (std::uint16_t code = 1; code <= 0x13; ++code) {
    EXPECT_TRUE(TestClient().send(request(Command{code}, 0)).only_closed()) << code;
  }
}

TEST(ConnectionState, AllowsNothingButNegotiateAfterAWildcardAnswer) {
  TestClient client;
  client.send(
      wire::encode(smb1::NegotiateRequest{.dialects = smb1::dialect_bytes({{smb1::smb_2_wildcard}})}));
  EXPECT_TRUE(client.send(request(Command::session_setup, 1)).only_closed());
}

TEST(ConnectionState, DisconnectsOnASecondNegotiate) {
  for (const Dialect dialect : smb2::all_dialects) {
    TestClient client = negotiated(dialect, 1);
    EXPECT_TRUE(client.send(negotiate_with(Dialect::smb_2_1, 1)).only_closed());
  }
}

// 3.3.5.2.3, 3.3.1.1, 3.3.1.2

TEST(Credits, BeginWithMessageIdZeroAlone) {
  EXPECT_TRUE(TestClient().send(negotiate_with(Dialect::smb_2_1, 1)).only_closed());
  EXPECT_TRUE(TestClient().send(negotiate_with(Dialect::smb_2_1, ~0ull)).only_closed());
}

TEST(Credits, AreGrantedAsAskedUpToTheLimitAndNeverRunOut) {
  smb2::Message message = negotiate_with(Dialect::smb_2_1);
  for (const auto& [asked, granted] :
       {std::pair{0, 1}, {1, 1}, {33, 33}, {512, 512}, {513, 512}, {65535, 512}}) {
    message.header.credits = static_cast<std::uint16_t>(asked);
    EXPECT_EQ(TestClient().send(message).message().header.credits, granted) << asked;
  }
  message.header.credits = 1;
  EXPECT_EQ(TestClient(Settings{.max_credits = 0}).send(message).message().header.credits, 1);
}

TEST(Credits, OpenAsManyMessageIdsInAnyOrderOnce) {
  TestClient client = negotiated(Dialect::smb_2_1, 4);
  for (const std::uint64_t id : {3u, 1u, 4u, 2u}) {
    smb2::Message message = request(Command::tree_connect, id);
    message.header.credits = 0;
    const smb2::Message answer = client.send(message).message();
    EXPECT_EQ(answer.header.status, NtStatus::user_session_deleted);
    EXPECT_EQ(answer.header.message_id, id);
    EXPECT_EQ(answer.header.credits, id == 2 ? 1 : 0) << "the last credit is given back";
  }
  TestClient used = client;
  EXPECT_TRUE(used.send(request(Command::tree_connect, 3)).only_closed());
  EXPECT_TRUE(client.send(request(Command::tree_connect, 6)).only_closed()) << "5 is the only one";
}

TEST(Credits, AreChargedByCreditChargeWithMultiCreditOnly) {
  smb2::Message message = request(Command::tree_connect, 1);
  message.header.credit_charge = 3;
  message.header.credits = 0;
  TestClient client = negotiated(Dialect::smb_2_1, 4);
  EXPECT_EQ(client.send(message).message().header.credit_charge, 3);
  EXPECT_TRUE(TestClient(client).send(request(Command::tree_connect, 3)).only_closed());
  EXPECT_EQ(TestClient(client).send(request(Command::tree_connect, 4)).status(),
            NtStatus::user_session_deleted);

  EXPECT_TRUE(negotiated(Dialect::smb_2_1, 2).send(message).only_closed()) << "reaches past the window";

  TestClient single = negotiated(Dialect::smb_2_0_2, 4);
  EXPECT_EQ(single.send(message).status(), NtStatus::user_session_deleted);
  EXPECT_EQ(single.send(request(Command::tree_connect, 2)).status(), NtStatus::user_session_deleted);
}

TEST(Credits, AreNotTouchedByCancel) {
  TestClient client = negotiated(Dialect::smb_2_1, 1);
  for (const std::uint64_t id : {0ull, 1ull, 99ull}) {
    const Seen nothing = client.send(request(Command::cancel, id));
    EXPECT_TRUE(nothing.messages.empty() && !nothing.closed) << id;
  }
  EXPECT_EQ(client.send(request(Command::tree_connect, 1)).status(), NtStatus::user_session_deleted);
}

// 3.3.5.2.4

TEST(Signature, IsRefusedOnNegotiate) {
  smb2::Message message = negotiate_with(Dialect::smb_2_1);
  message.header.flags = HeaderFlags::signed_message;
  message.header.signature.fill(0x5a);
  TestClient client;
  const smb2::Message answer = client.send(message).message();
  EXPECT_EQ(answer.header.status, NtStatus::invalid_parameter);
  EXPECT_EQ(answer.header.flags, HeaderFlags::server_to_redir);
  EXPECT_EQ(answer.header.signature, (std::array<std::uint8_t, 16>{}));
  EXPECT_EQ(client.send(negotiate_with(Dialect::smb_2_1, 1)).negotiated().dialect_revision, Dialect::smb_2_1);
}

TEST(Signature, NeedsASession) {
  smb2::Message message = request(Command::echo, 1);
  message.header.flags = HeaderFlags::signed_message;
  message.header.session_id = 5;
  EXPECT_TRUE(negotiated(Dialect::smb_3_0, 1).send(message).refused(NtStatus::user_session_deleted));
}

// 3.3.5.2.6

TEST(Structure, WantsAHeaderOf64Bytes) {
  for (const std::uint16_t size : std::to_array<std::uint16_t>({0, 63, 65, 0xffff})) {
    smb2::Message message = negotiate_with(Dialect::smb_2_1);
    message.header.structure_size = wire::Derived<std::uint16_t>::force(size);
    const smb2::Message answer = TestClient().send(message).message();
    EXPECT_EQ(answer.header.status, NtStatus::invalid_parameter);
    EXPECT_EQ(answer.header.structure_size.value, 64);
  }
}

TEST(Structure, WantsAHeaderOf64BytesOfEveryCommand) {
  smb2::Message message = request(Command::session_setup, 1);
  message.header.structure_size = wire::Derived<std::uint16_t>::force(65);
  EXPECT_TRUE(negotiated(Dialect::smb_2_1, 1).send(message).refused(NtStatus::invalid_parameter));
}

TEST(Structure, RefusesResponses) {
  smb2::Message message{.header = {.command = Command::negotiate, .flags = HeaderFlags::server_to_redir},
                        .body = smb2::NegotiateResponse{}};
  EXPECT_TRUE(TestClient().send(message).refused(NtStatus::invalid_parameter));
}

TEST(Structure, RefusesANextCommandThatLeadsNowhere) {
  for (const std::uint32_t next : {4u, 8u, 56u, 102u, 1000u, 0xfffffff8u, 0xffffffffu}) {
    smb2::Message message = negotiate_with(Dialect::smb_2_1);
    message.header.next_command = next;
    EXPECT_TRUE(TestClient().send(message).refused(NtStatus::invalid_parameter)) << next;
  }
}

// 3.3.5.2.7

TEST(Compound, AnswersEachUnrelatedRequestInOneMessage) {
  TestClient client = negotiated(Dialect::smb_2_1, 2);
  const Seen answer = client.send(chain({request(Command::tree_connect, 1), request(Command::logoff, 2)}));
  ASSERT_EQ(answer.messages.size(), 1u);
  const wire::View bytes = answer.messages.front();
  ASSERT_EQ(bytes.size(), 160u);  // 64 + 9, filled up to 80, twice
  const auto first = smb2::decode(bytes.first(80)).message.header;
  const auto second = smb2::decode(bytes.subspan(80)).message.header;
  EXPECT_EQ(first.next_command, 80u);
  EXPECT_EQ(first.status, NtStatus::user_session_deleted);
  EXPECT_EQ(second.next_command, 0u);
  EXPECT_EQ(second.status, NtStatus::user_session_deleted);
  EXPECT_EQ(second.message_id, 2u);
}

TEST(Compound, HandsTheSessionOnToRelatedRequests) {
  smb2::Message first = request(Command::tree_connect, 1);
  first.header.session_id = 7;
  smb2::Message second = request(Command::logoff, 2);
  second.header.flags = HeaderFlags::related_operations;
  const Seen answer = negotiated(Dialect::smb_2_1, 2).send(chain({first, second}));
  ASSERT_EQ(answer.messages.size(), 1u);
  const auto header = smb2::decode(wire::View(answer.messages.front()).subspan(80)).message.header;
  EXPECT_EQ(header.status, NtStatus::user_session_deleted);
  EXPECT_EQ(header.flags, HeaderFlags::server_to_redir | HeaderFlags::related_operations);

  first.header.session_id = 0;
  const Seen without = negotiated(Dialect::smb_2_1, 2).send(chain({first, second}));
  ASSERT_EQ(without.messages.size(), 1u);
  const auto refused = smb2::decode(wire::View(without.messages.front()).subspan(80)).message.header;
  EXPECT_EQ(refused.status, NtStatus::invalid_parameter) << "3.3.5.2.7.2: nothing to inherit";
}

TEST(Compound, RefusesMixedStyles) {
  smb2::Message related = request(Command::tree_connect, 1);
  related.header.flags = HeaderFlags::related_operations;
  const Seen answer = negotiated(Dialect::smb_2_1, 2).send(chain({related, request(Command::create, 2)}));
  ASSERT_EQ(answer.messages.size(), 1u);
  const wire::View bytes = answer.messages.front();
  EXPECT_EQ(smb2::decode(bytes.first(80)).message.header.status, NtStatus::invalid_parameter);
  EXPECT_EQ(smb2::decode(bytes.subspan(80)).message.header.status, NtStatus::invalid_parameter);
}

TEST(Compound, DisconnectsOnMisalignedRequests) {
  wire::Bytes bytes = smb2::encode(request(Command::logoff, 1));
  ASSERT_EQ(bytes.size(), 68u);
  bytes[20] = 68;
  const wire::Bytes second = header_bytes(Command::tree_connect, 2);
  bytes.insert(bytes.end(), second.begin(), second.end());
  EXPECT_TRUE(negotiated(Dialect::smb_2_1, 2).send(bytes).only_closed());
}

TEST(Compound, AnswersWhatStandsBeforeARequestThatDisconnects) {
  const Seen answer = negotiated(Dialect::smb_2_1, 2)
                          .send(chain({request(Command::tree_connect, 1), request(Command::echo, 2)}));
  EXPECT_EQ(answer.status(), NtStatus::user_session_deleted);
  EXPECT_TRUE(answer.closed);
}

// 3.3.5.2.9, 3.3.5.5, 3.3.5.17

TEST(Session, IsMissedByEveryCommandThatNeedsOne) {
  for (std::uint16_t code = 2; code <= 0x12; ++code) {
    const Command command{code};
    if (command == Command::cancel || command == Command::echo) continue;
    EXPECT_TRUE(
        negotiated(Dialect::smb_3_1_1, 1).send(request(command, 1)).refused(NtStatus::user_session_deleted))
        << code;
  }
}

TEST(Session, IsMissedByADisconnectWhereAnonymousAccessIsOff) {
  const Settings settings{.allow_anonymous_access = false};
  EXPECT_TRUE(
      negotiated(Dialect::smb_3_1_1, 1, settings).send(request(Command::tree_connect, 1)).only_closed());
}

TEST(Session, MakesEchoDisconnectByItsAbsence) {
  EXPECT_TRUE(negotiated(Dialect::smb_3_1_1, 1).send(request(Command::echo, 1)).only_closed());
}

// 3.3.4.3, 3.3.4.4, 2.2.2

TEST(Response, MirrorsTheRequestsHeader) {
  smb2::Message message = request(Command::tree_connect, 1);
  message.header.credit_charge = 1;
  message.header.channel_sequence = 0x1234;
  message.header.flags = HeaderFlags::dfs_operations | HeaderFlags::async_command;
  message.header.async_id = 9;
  message.header.session_id = 0x1122334455667788;
  TestClient client = negotiated(Dialect::smb_2_1, 2);
  const smb2::Header header = client.send(message).message().header;
  EXPECT_EQ(header.credit_charge, 1);
  EXPECT_EQ(header.command, Command::tree_connect);
  EXPECT_EQ(header.flags, HeaderFlags::dfs_operations | HeaderFlags::server_to_redir);
  EXPECT_EQ(header.message_id, 1u);
  EXPECT_EQ(header.session_id, 0x1122334455667788u);

  message.header.flags = {};
  message.header.message_id = 2;
  message.header.reserved = 0xfeff;
  message.header.tree_id = 3;
  const smb2::Header sync = client.send(message).message().header;
  EXPECT_EQ(sync.reserved, 0xfeffu);
  EXPECT_EQ(sync.tree_id, 3u);
}

TEST(Response, ToNegotiateHasNoSession) {
  smb2::Message message = negotiate_with(Dialect::smb_2_1);
  message.header.session_id = 5;
  EXPECT_EQ(TestClient().send(message).message().header.session_id, 0u);
}

TEST(Response, OfAnErrorIsNineBytesLong) {
  const Seen answer = negotiated(Dialect::smb_3_1_1, 1).send(request(Command::tree_connect, 1));
  ASSERT_EQ(answer.messages.size(), 1u);
  EXPECT_EQ(wire::to_hex(answer.messages.front()),
            "fe534d4240000000"  // ProtocolId, StructureSize, CreditCharge
            "030200c0"          // STATUS_USER_SESSION_DELETED
            "03000100"          // TREE_CONNECT, one credit
            "01000000"          // SERVER_TO_REDIR
            "00000000"          // NextCommand
            "0100000000000000"  // MessageId
            "0000000000000000"  // Reserved, TreeId
            "0000000000000000"  // SessionId
            "00000000000000000000000000000000"
            "0900"      // StructureSize
            "0000"      // ErrorContextCount, Reserved
            "00000000"  // ByteCount
            "00");      // the byte that StructureSize counts
}

// 3.3.6.3

TEST(Deadlines, CloseConnectionsWithoutASession) {
  Server server({}, 1, wall_clock);
  EXPECT_EQ(server.next_deadline(), std::nullopt);
  const auto first = server.connected();
  EXPECT_EQ(server.next_deadline(), 45s);
  EXPECT_TRUE(server.advance(10s).empty());
  const auto second = server.connected();
  server.receive(second, smb2::frame(smb2::encode(negotiate_with(Dialect::smb_2_1))));
  EXPECT_EQ(server.next_deadline(), 45s);
  const Effects effects = server.advance(45s);
  ASSERT_EQ(effects.size(), 1u);
  EXPECT_EQ(std::get<Close>(effects.front()).connection, first);
  EXPECT_EQ(server.next_deadline(), 55s) << "a dialect alone keeps no connection";
  EXPECT_EQ(server.advance(100s).size(), 1u);
  EXPECT_EQ(server.next_deadline(), std::nullopt);
}

TEST(Deadlines, EndWithTheConnection) {
  Server server({}, 1, wall_clock);
  server.closed(server.connected());
  EXPECT_EQ(server.next_deadline(), std::nullopt);
  EXPECT_TRUE(server.advance(100s).empty());
}

// The state is a value

std::vector<wire::Bytes> sent(const Effects& effects) { return seen(effects).messages; }

TEST(Snapshot, ContinuesIdentically) {
  TestClient client;
  const wire::Bytes frame = smb2::frame(smb2::encode(negotiate_with(Dialect::smb_3_1_1)));
  const wire::View bytes = frame;
  client.stream(bytes.first(50));
  Server copy = client.server;
  const auto original = sent(client.server.receive(client.connection, bytes.subspan(50)));
  ASSERT_EQ(original.size(), 1u);
  EXPECT_EQ(original, sent(copy.receive(client.connection, bytes.subspan(50)))) << "ServerGuid, salt and all";
  const wire::Bytes next = smb2::frame(smb2::encode(request(Command::tree_connect, 1)));
  EXPECT_EQ(sent(client.server.receive(client.connection, next)),
            sent(copy.receive(client.connection, next)));
}

TEST(Snapshot, DependsOnTheSeed) {
  const wire::Bytes frame = smb2::frame(smb2::encode(negotiate_with(Dialect::smb_3_1_1)));
  const auto answer = [&](std::uint64_t seed) {
    Server server({}, seed, wall_clock);
    return sent(server.receive(server.connected(), frame));
  };
  EXPECT_EQ(answer(1), answer(1));
  EXPECT_NE(answer(1), answer(2));
}

TEST(AnyBytes, NeverBreakTheServer) {
  std::mt19937_64 random(1);
  smb2::Message message = negotiate_request({Dialect::smb_2_1, Dialect::smb_3_1_1});
  const wire::Bytes whole = smb2::encode(message);
  for (std::size_t size = 0; size <= whole.size(); ++size) TestClient().send(wire::View(whole).first(size));
  for (int round = 0; round < 3000; ++round) {
    TestClient client;
    wire::Bytes bent = whole;
    for (int i = 0; i < 4; ++i) bent[random() % bent.size()] = static_cast<std::uint8_t>(random());
    client.send(bent);
    client.send(header_bytes(Command{static_cast<std::uint16_t>(random() % 0x14)}, random() % 3));
    wire::Bytes noise(random() % 200);
    for (auto& byte : noise) byte = static_cast<std::uint8_t>(random());
    client.send(noise);
    client.stream(noise);
  }
}

}  // namespace
}  // namespace reference
