#include "reference-server/handlers/negotiate.h"

#include <functional>

#include "harness/security/spnego.h"
#include "harness/wire/codec.h"
#include "reference-server/model/test_client.h"

namespace reference {
namespace {

using smb2::Capabilities;
using smb2::Cipher;
using smb2::CompressionAlgorithm;
using smb2::ContextType;
using smb2::Dialect;
using smb2::NtStatus;
using smb2::RdmaTransformId;
using smb2::SecurityMode;
using smb2::SigningAlgorithm;

constexpr Capabilities every_capability{0xffffffff};
const std::vector<Dialect> all(std::begin(smb2::all_dialects), std::end(smb2::all_dialects));

smb2::Message negotiate_with(std::vector<smb2::NegotiateContext> contexts) {
  smb2::Message message = negotiate_request({Dialect::smb_3_1_1});
  std::get<smb2::NegotiateRequest>(message.body).negotiate_contexts = std::move(contexts);
  return message;
}

// A NEGOTIATE for 3.1.1 with a preauth context and one more.
smb2::Message negotiate_with(ContextType type, smb2::ContextData data) {
  return negotiate_with({preauth_context(), {.type = type, .data = std::move(data)}});
}

smb2::NegotiateRequest& body(smb2::Message& message) {
  return std::get<smb2::NegotiateRequest>(message.body);
}

smb2::Message with_message_id(smb2::Message message, std::uint64_t id) {
  message.header.message_id = id;
  return message;
}

// A server that understands every context.
Settings everything() {
  Settings settings;
  settings.compression_algorithms = {CompressionAlgorithm::lz77, CompressionAlgorithm::pattern_v1};
  settings.rdma_transforms = {RdmaTransformId::encryption, RdmaTransformId::signing};
  settings.transport_capabilities = true;
  return settings;
}

std::vector<smb2::NegotiateContext> contexts(const Settings& settings, const smb2::Message& request) {
  return TestClient(settings).send(request).negotiated().negotiate_contexts;
}

// The response's answer to the one context beside preauth; nothing when there is none.
template <class T>
std::optional<T> answered(const Settings& settings, ContextType type, smb2::ContextData offered) {
  const auto list = contexts(settings, negotiate_with(type, std::move(offered)));
  EXPECT_FALSE(list.empty());
  if (list.size() < 2) return {};
  EXPECT_EQ(list.size(), 2u);
  EXPECT_EQ(list[1].type, type);
  return std::get<T>(list[1].data);
}

NtStatus refusal(const Settings& settings, const smb2::Message& request) {
  return TestClient(settings).send(request).status();
}

// Dialects

TEST(NegotiateDialect, IsTheGreatestCommonOne) {
  struct Row {
    Dialect minimum, maximum;
    std::vector<Dialect> offered;
    Dialect selected;
  };
  const Row rows[] = {
      {Dialect::smb_2_0_2, Dialect::smb_3_1_1, {Dialect::smb_2_0_2}, Dialect::smb_2_0_2},
      {Dialect::smb_2_0_2, Dialect::smb_3_1_1, {Dialect::smb_3_0, Dialect::smb_2_0_2}, Dialect::smb_3_0},
      {Dialect::smb_2_0_2,
       Dialect::smb_3_1_1,
       {Dialect::smb_2_1, Dialect{0x0222}, Dialect{0x0312}},
       Dialect::smb_2_1},
      {Dialect::smb_2_0_2,
       Dialect::smb_3_1_1,
       {Dialect::wildcard, Dialect::smb_2_1, Dialect::smb_2_1},
       Dialect::smb_2_1},
      {Dialect::smb_2_0_2, Dialect::smb_3_1_1, all, Dialect::smb_3_1_1},
      {Dialect::smb_2_0_2, Dialect::smb_3_0_2, all, Dialect::smb_3_0_2},
      {Dialect::smb_2_1, Dialect::smb_2_1, all, Dialect::smb_2_1},
  };
  for (const Row& row : rows) {
    TestClient client({.minimum_dialect = row.minimum, .maximum_dialect = row.maximum});
    const auto response = client.send(negotiate_request(row.offered)).negotiated();
    EXPECT_EQ(response.dialect_revision, row.selected);
    EXPECT_EQ(response.negotiate_contexts.empty(), row.selected != Dialect::smb_3_1_1);
  }
}

TEST(NegotiateDialect, IsNotSupportedWhenNoneIsCommon) {
  for (const Dialect dialect : {Dialect{0}, Dialect{0x0201}, Dialect::wildcard, Dialect{0xffff}}) {
    EXPECT_TRUE(TestClient().send(negotiate_request({dialect})).refused(NtStatus::not_supported));
  }
  const Settings only_3_0{.minimum_dialect = Dialect::smb_3_0, .maximum_dialect = Dialect::smb_3_0};
  EXPECT_EQ(refusal(only_3_0, negotiate_request({Dialect::smb_2_1, Dialect::smb_3_0_2})),
            NtStatus::not_supported);
}

TEST(NegotiateDialect, MayBeOfferedMoreThan64Times) {
  std::vector<Dialect> dialects(65, Dialect{0x0999});
  dialects.push_back(Dialect::smb_2_1);
  EXPECT_EQ(TestClient().send(negotiate_request(dialects)).negotiated().dialect_revision, Dialect::smb_2_1);
}

TEST(NegotiateDialect, MustBeOffered) {
  EXPECT_TRUE(TestClient().send(negotiate_request({})).refused(NtStatus::invalid_parameter));
}

TEST(NegotiateDialect, StaysOpenAfterARefusal) {
  TestClient client;
  EXPECT_TRUE(client.send(negotiate_request({})).refused(NtStatus::invalid_parameter));
  EXPECT_TRUE(
      client.send(with_message_id(negotiate_request({Dialect{1}}), 1)).refused(NtStatus::not_supported));
  smb2::Message malformed = with_message_id(negotiate_request({Dialect::smb_3_1_1}), 2);
  body(malformed).negotiate_contexts[0].data_length = wire::Derived<std::uint16_t>::force(1000);
  EXPECT_TRUE(client.send(malformed).refused(NtStatus::invalid_parameter));
  const smb2::Message good = with_message_id(negotiate_request({Dialect::smb_2_1}), 3);
  EXPECT_EQ(client.send(good).negotiated().dialect_revision, Dialect::smb_2_1);
}

TEST(NegotiateDialect, IsSetWhenContextsAreRefused) {
  TestClient client;
  EXPECT_TRUE(client.send(negotiate_with({})).refused(NtStatus::invalid_parameter));
  EXPECT_TRUE(client.send(with_message_id(negotiate_request({Dialect::smb_2_1}), 1)).only_closed());
}

// 3.3.5.2.6

TEST(NegotiateRequestLayout, IsRefusedWhenBroken) {
  const std::pair<std::string_view, std::function<void(smb2::NegotiateRequest&)>> rows[] = {
      {"StructureSize", [](auto& r) { r.structure_size = wire::Derived<std::uint16_t>::force(35); }},
      {"DialectCount",
       [](auto& r) {
         r.negotiate_contexts.clear();
         r.dialects = {Dialect::smb_2_1};
         r.dialect_count = wire::Derived<std::uint16_t>::force(2);
       }},
      {"NegotiateContextCount",
       [](auto& r) { r.negotiate_context_count = wire::Derived<std::uint16_t>::force(2); }},
      {"NegotiateContextOffset beyond the end",
       [](auto& r) { r.negotiate_context_offset.value = 1000, r.negotiate_context_offset.forced = true; }},
      {"NegotiateContextOffset near 2^32",
       [](auto& r) {
         r.negotiate_context_offset.value = 0xfffffff8, r.negotiate_context_offset.forced = true;
       }},
      {"NegotiateContextOffset misaligned", [](auto& r) { r.negotiate_context_offset.placed = 106; }},
      {"NegotiateContextOffset in the dialects",
       [](auto& r) { r.negotiate_context_offset.value = 96, r.negotiate_context_offset.forced = true; }},
      {"DataLength",
       [](auto& r) { r.negotiate_contexts[0].data_length = wire::Derived<std::uint16_t>::force(100); }},
  };
  for (const auto& [what, bend] : rows) {
    smb2::Message message = negotiate_request({Dialect::smb_3_1_1});
    bend(body(message));
    EXPECT_TRUE(TestClient().send(message).refused(NtStatus::invalid_parameter)) << what;
  }
}

TEST(NegotiateRequestLayout, IsRefusedWhenCutAnywhere) {
  const wire::Bytes whole = smb2::encode(negotiate_request({Dialect::smb_2_1, Dialect::smb_3_1_1}));
  for (std::size_t size = smb2::header_size; size < whole.size(); ++size) {
    EXPECT_TRUE(TestClient().send(wire::View(whole).first(size)).refused(NtStatus::invalid_parameter))
        << size;
  }
}

TEST(NegotiateRequestLayout, MayHoldReservedValuesAndGaps) {
  smb2::Message message = negotiate_request({Dialect::smb_3_1_1});
  body(message).reserved = 0xffff;
  body(message).reserved2 = 0xffff;
  body(message).negotiate_contexts[0].reserved = 0xffffffff;
  body(message).negotiate_context_offset.placed = 128;
  EXPECT_EQ(TestClient().send(message).status(), NtStatus::success);

  smb2::Message old = negotiate_request({Dialect::smb_2_1});
  body(old).client_start_time = ~0ull;
  EXPECT_EQ(TestClient().send(old).status(), NtStatus::success);
}

TEST(NegotiateRequestLayout, OfContextsMattersToServersWith311Only) {
  smb2::Message message = negotiate_request(all);
  body(message).negotiate_context_count = wire::Derived<std::uint16_t>::force(9);
  EXPECT_EQ(refusal({}, message), NtStatus::invalid_parameter);
  TestClient client({.maximum_dialect = Dialect::smb_3_0_2});
  EXPECT_EQ(client.send(message).negotiated().dialect_revision, Dialect::smb_3_0_2);
}

// The response

TEST(NegotiateResponse, OfSmb21IsByteForByteAsSpecified) {
  TestClient client;
  client.server.advance(std::chrono::milliseconds(1));
  const Seen answer = client.send(
      "fe534d42 4000 0000 00000000 0000 0a00 00000000 00000000 0000000000000000 fffe0000 00000000 "
      "0000000000000000"
      "00000000000000000000000000000000"
      "2400 0100 0100 0000 00000000 000102030405060708090a0b0c0d0e0f 0000000000000000 1002");
  ASSERT_EQ(answer.messages.size(), 1u);
  const smb2::Guid guid = answer.negotiated().server_guid;
  const std::string expected =
      "fe534d42"
      "4000"
      "0000"
      "00000000"
      "0000"
      "0a00"
      "01000000"
      "00000000"  // ten credits
      "0000000000000000"
      "fffe0000"
      "00000000"
      "0000000000000000"
      "00000000000000000000000000000000"
      "4100"
      "0100"
      "1002"
      "0000" +  // StructureSize, SecurityMode, DialectRevision, Reserved
      wire::to_hex(guid) +
      "07000000"
      "00008000"
      "00008000"
      "00008000"  // DFS, LEASING, LARGE_MTU; three times 8 MiB
      "102700000000d001"
      "0000000000000000"  // SystemTime: 10,000 times 100 ns later; ServerStartTime
      "8000"
      "4a00"
      "00000000" +  // SecurityBufferOffset, -Length, Reserved2
      wire::to_hex(security::neg_token_init2({{security::ntlmssp}}));
  EXPECT_EQ(wire::to_hex(answer.messages.front()), expected);
}

TEST(NegotiateResponse, DecodesWithoutIssues) {
  for (const Dialect dialect : smb2::all_dialects) {
    const Seen answer = TestClient(everything()).send(negotiate_request({dialect}));
    ASSERT_EQ(answer.messages.size(), 1u);
    EXPECT_TRUE(smb2::decode(answer.messages.front()).issues.empty())
        << smb2::transcript(answer.messages.front());
  }
}

TEST(NegotiateResponse, ShowsCapabilitiesByDialectAndClient) {
  constexpr Capabilities dfs = Capabilities::dfs;
  constexpr Capabilities since_2_1 = dfs | Capabilities::leasing | Capabilities::large_mtu;
  constexpr Capabilities since_3_0 = since_2_1 | Capabilities::multi_channel |
                                     Capabilities::persistent_handles | Capabilities::directory_leasing;
  struct Row {
    Dialect dialect;
    Capabilities when_all_asked, when_none_asked;
  };
  const Row rows[] = {{Dialect::smb_2_0_2, dfs, dfs},
                      {Dialect::smb_2_1, since_2_1, since_2_1},
                      {Dialect::smb_3_0, since_3_0 | Capabilities::encryption, since_2_1},
                      {Dialect::smb_3_0_2, since_3_0 | Capabilities::encryption, since_2_1},
                      {Dialect::smb_3_1_1, since_3_0 | Capabilities::notifications, since_2_1}};
  for (const Row& row : rows) {
    smb2::Message message = negotiate_request({row.dialect});
    EXPECT_EQ(TestClient({.capabilities = every_capability}).send(message).negotiated().capabilities &
                  Capabilities{0xff},
              row.when_none_asked);
    body(message).capabilities = every_capability;
    const auto capabilities = [&](const Settings& settings) {
      return TestClient(settings).send(message).negotiated().capabilities;
    };
    EXPECT_EQ(capabilities({.capabilities = every_capability}), row.when_all_asked);
    EXPECT_EQ(capabilities({.ciphers = {}, .capabilities = every_capability}),
              row.when_all_asked & ~Capabilities::encryption);
    EXPECT_EQ(capabilities({.ciphers = {Cipher::aes_128_gcm}, .capabilities = every_capability}),
              row.when_all_asked & ~Capabilities::encryption)
        << "3.0 knows AES-128-CCM only";
    EXPECT_EQ(capabilities({.ciphers = {}, .capabilities = {}}), Capabilities::none);
  }
}

TEST(NegotiateResponse, SizesNeedMultiCreditBeyond64KiB) {
  const auto sizes = [](Dialect dialect, const Settings& settings) {
    const auto r = TestClient(settings).send(negotiate_request({dialect})).negotiated();
    return std::vector{r.max_transact_size, r.max_read_size, r.max_write_size};
  };
  const Settings settings{.max_transact_size = 1 << 20, .max_read_size = 2 << 20, .max_write_size = 32 << 10};
  using Sizes = std::vector<std::uint32_t>;
  EXPECT_EQ(sizes(Dialect::smb_2_1, settings), (Sizes{1 << 20, 2 << 20, 32 << 10}));
  EXPECT_EQ(sizes(Dialect::smb_2_0_2, settings), (Sizes{64 << 10, 64 << 10, 32 << 10}));
  EXPECT_EQ(sizes(Dialect::smb_3_1_1, {.capabilities = {}}), (Sizes{64 << 10, 64 << 10, 64 << 10}));
}

TEST(NegotiateResponse, RequiresSigningAsSet) {
  const auto mode = [](const Settings& settings) {
    return TestClient(settings).send(negotiate_request({Dialect::smb_3_0})).negotiated().security_mode;
  };
  EXPECT_EQ(mode({}), SecurityMode::signing_enabled);
  EXPECT_EQ(mode({.require_signing = true}), SecurityMode::signing_enabled | SecurityMode::signing_required);
}

TEST(NegotiateResponse, KeepsTheServerGuidAndChangesTheSalt) {
  Server server({}, 1, wall_clock);
  const wire::Bytes frame = smb2::frame(smb2::encode(negotiate_request({Dialect::smb_3_1_1})));
  const auto first = seen(server.receive(server.connected(), frame)).negotiated();
  const auto second = seen(server.receive(server.connected(), frame)).negotiated();
  EXPECT_EQ(first.server_guid, second.server_guid);
  const auto salt = [](const smb2::NegotiateResponse& response) {
    return std::get<smb2::PreauthIntegrityCapabilities>(response.negotiate_contexts.at(0).data).salt;
  };
  EXPECT_EQ(salt(first).size(), 32u);
  EXPECT_NE(salt(first), salt(second));
}

// SMB2_PREAUTH_INTEGRITY_CAPABILITIES

TEST(PreauthContext, IsAnsweredWithSha512) {
  smb2::Message message =
      negotiate_with({{.type = ContextType::preauth_integrity,
                       .data = smb2::PreauthIntegrityCapabilities{
                           .hash_algorithms = {smb2::HashAlgorithm{0x7777}, smb2::HashAlgorithm::sha_512}}}});
  const auto list = contexts({}, message);
  ASSERT_EQ(list.size(), 1u);
  const auto& answer = std::get<smb2::PreauthIntegrityCapabilities>(list[0].data);
  EXPECT_EQ(answer.hash_algorithms, std::vector{smb2::HashAlgorithm::sha_512});
}

TEST(PreauthContext, MustBeThereOnce) {
  EXPECT_EQ(refusal({}, negotiate_with({})), NtStatus::invalid_parameter);
  EXPECT_EQ(refusal({}, negotiate_with({{.type = ContextType{0x7fff}, .data = wire::Bytes{1}}})),
            NtStatus::invalid_parameter);
  EXPECT_EQ(refusal({}, negotiate_with({preauth_context(), preauth_context()})), NtStatus::invalid_parameter);
}

TEST(PreauthContext, MustHoldAKnownHash) {
  smb2::PreauthIntegrityCapabilities data{.hash_algorithms = {smb2::HashAlgorithm{2}}};
  EXPECT_EQ(refusal({}, negotiate_with({{.type = ContextType::preauth_integrity, .data = data}})),
            NtStatus::smb_no_preauth_integrity_hash_overlap);
}

TEST(PreauthContext, IsRefusedWhenItIsShortOrItsNumbersLie) {
  for (const std::string_view data : {"", "01", "0100", "010000",  // short
                                      "00000000",                  // HashAlgorithmCount 0
                                      "020000000100",              // two hashes, one there
                                      "010005000100aabbccdd"}) {   // five bytes of salt, four there
    EXPECT_EQ(refusal({}, negotiate_with(
                              {{.type = ContextType::preauth_integrity, .data = *wire::from_hex(data)}})),
              NtStatus::invalid_parameter)
        << data;
  }
}

// The others

TEST(Contexts, OfUnknownKindsAreIgnored) {
  for (const ContextType type : {ContextType{0}, ContextType{4}, ContextType::netname, ContextType{9},
                                 ContextType::reserved, ContextType{0x7fff}}) {
    const smb2::NegotiateContext context{.type = type, .data = wire::Bytes{1, 2, 3}};
    EXPECT_EQ(contexts(everything(), negotiate_with({context, preauth_context(), context})).size(), 1u);
  }
}

struct OptionalKind {
  ContextType type;
  smb2::ContextData good;
  std::vector<std::string_view> bad;  // Data
};

std::vector<OptionalKind> optional_kinds() {
  return {
      {ContextType::encryption,
       smb2::EncryptionCapabilities{.ciphers = {Cipher::aes_128_ccm}},
       {"", "01", "0000", "02000100"}},
      {ContextType::compression,
       smb2::CompressionCapabilities{.compression_algorithms = {CompressionAlgorithm::lz77}},
       {"", "01000000000000", "0000000000000000", "02000000000000000200"}},
      {ContextType::rdma_transform,
       smb2::RdmaTransformCapabilities{.rdma_transform_ids = {RdmaTransformId::signing}},
       {"", "01000000000000", "0000000000000000", "02000000000000000100"}},
      {ContextType::signing,
       smb2::SigningCapabilities{.signing_algorithms = {SigningAlgorithm::aes_cmac}},
       {"", "01", "0000", "02000100"}},
      {ContextType::transport, smb2::TransportCapabilities{}, {"", "000000"}},
  };
}

const Settings nothing_optional{.ciphers = {}, .signing_algorithms = {}};

TEST(Contexts, AreAnsweredInAnyOrder) {
  std::vector<smb2::NegotiateContext> offered = {preauth_context()};
  for (const OptionalKind& kind : optional_kinds())
    offered.insert(offered.begin(), {.type = kind.type, .data = kind.good});
  std::vector<ContextType> types;
  for (const auto& context : contexts(everything(), negotiate_with(offered))) types.push_back(context.type);
  EXPECT_EQ(types,
            (std::vector{ContextType::preauth_integrity, ContextType::encryption, ContextType::compression,
                         ContextType::rdma_transform, ContextType::signing, ContextType::transport}));
  EXPECT_EQ(contexts(everything(), negotiate_with({preauth_context()})).size(), 1u)
      << "none that was not asked for";
}

TEST(Contexts, AreRefusedWhenShortOrMiscountedWhereUnderstoodOnly) {
  for (const OptionalKind& kind : optional_kinds()) {
    for (const std::string_view data : kind.bad) {
      const smb2::Message message = negotiate_with(kind.type, *wire::from_hex(data));
      EXPECT_EQ(refusal(everything(), message), NtStatus::invalid_parameter) << data;
      EXPECT_EQ(contexts(nothing_optional, message).size(), 1u) << data;
    }
  }
}

TEST(Contexts, AreRefusedTwiceWhetherUnderstoodOrNot) {
  for (const OptionalKind& kind : optional_kinds()) {
    const smb2::NegotiateContext context{.type = kind.type, .data = kind.good};
    const smb2::Message message = negotiate_with({preauth_context(), context, context});
    const bool may_repeat = kind.type == ContextType::transport;
    const NtStatus expected = may_repeat ? NtStatus::success : NtStatus::invalid_parameter;
    EXPECT_EQ(refusal(everything(), message), expected);
    EXPECT_EQ(refusal(nothing_optional, message), expected);
  }
}

TEST(Contexts, MayBeLongerThanTheirContent) {
  EXPECT_EQ(
      answered<smb2::EncryptionCapabilities>({}, ContextType::encryption, *wire::from_hex("01000100 ffff"))
          ->ciphers,
      std::vector{Cipher::aes_128_ccm});
}

TEST(EncryptionContext, IsAnsweredByTheServersPreference) {
  const auto cipher = [](std::vector<Cipher> offered) {
    return answered<smb2::EncryptionCapabilities>(
        {}, ContextType::encryption, smb2::EncryptionCapabilities{.ciphers = std::move(offered)});
  };
  EXPECT_EQ(cipher({Cipher::aes_256_ccm, Cipher::aes_128_gcm})->ciphers, std::vector{Cipher::aes_128_gcm});
  for (const Cipher one : Settings{}.ciphers) EXPECT_EQ(cipher({one})->ciphers, std::vector{one});
  EXPECT_EQ(cipher({Cipher{0x7777}})->ciphers, std::vector{Cipher::none})
      << "answered without a common cipher too";
}

TEST(CompressionContext, IsAnsweredWithAllCommonAlgorithmsInTheClientsOrder) {
  const auto answer = [](std::vector<CompressionAlgorithm> offered, smb2::CompressionFlags flags,
                         bool chained) {
    Settings settings = everything();
    settings.chained_compression = chained;
    return *answered<smb2::CompressionCapabilities>(
        settings, ContextType::compression,
        smb2::CompressionCapabilities{
            .padding = 7, .flags = flags, .compression_algorithms = std::move(offered)});
  };
  using enum CompressionAlgorithm;
  constexpr auto chained = smb2::CompressionFlags::chained;
  const auto both = answer({pattern_v1, lznt1, lz77, pattern_v1}, chained, true);
  EXPECT_EQ(both.compression_algorithms, (std::vector{pattern_v1, lz77}));
  EXPECT_EQ(both.flags, chained);
  EXPECT_EQ(answer({lz77}, chained, false).flags, smb2::CompressionFlags::none);
  EXPECT_EQ(answer({lz77}, {}, true).flags, smb2::CompressionFlags::none);
  EXPECT_EQ(answer({lznt1}, {}, true).compression_algorithms, std::vector{CompressionAlgorithm::none});
}

TEST(RdmaTransformContext, IsAnsweredWithTheCommonTransforms) {
  const auto answer = [](std::vector<RdmaTransformId> offered) {
    return answered<smb2::RdmaTransformCapabilities>(
               everything(), ContextType::rdma_transform,
               smb2::RdmaTransformCapabilities{
                   .reserved1 = 1, .reserved2 = 2, .rdma_transform_ids = std::move(offered)})
        ->rdma_transform_ids;
  };
  using enum RdmaTransformId;
  EXPECT_EQ(answer({signing, RdmaTransformId{9}, encryption}), (std::vector{signing, encryption}));
  EXPECT_EQ(answer({RdmaTransformId{9}}), std::vector{RdmaTransformId::none});
}

TEST(SigningContext, IsAnsweredWithCmacWhenNothingIsCommon) {
  const auto answer = [](const Settings& settings, std::vector<SigningAlgorithm> offered) {
    return answered<smb2::SigningCapabilities>(
               settings, ContextType::signing,
               smb2::SigningCapabilities{.signing_algorithms = std::move(offered)})
        ->signing_algorithms;
  };
  using enum SigningAlgorithm;
  EXPECT_EQ(answer({}, {hmac_sha256, aes_gmac}), std::vector{aes_gmac});
  for (const SigningAlgorithm one : Settings{}.signing_algorithms)
    EXPECT_EQ(answer({}, {one}), std::vector{one});
  EXPECT_EQ(answer({}, {SigningAlgorithm{9}}), std::vector{aes_cmac});
  EXPECT_EQ(answer({.signing_algorithms = {hmac_sha256}}, {aes_gmac}), std::vector{aes_cmac});
}

TEST(TransportContext, IsNotAcceptedOverTcp) {
  const auto answer = answered<smb2::TransportCapabilities>(
      everything(), ContextType::transport,
      smb2::TransportCapabilities{.flags = smb2::TransportFlags::accept_transport_level_security});
  EXPECT_EQ(answer->flags, smb2::TransportFlags::none);
}

// 3.3.5.3 Receiving an SMB_COM_NEGOTIATE

wire::Bytes smb_com_negotiate(std::vector<std::string_view> dialects) {
  return wire::encode(smb1::NegotiateRequest{.dialects = smb1::dialect_bytes(dialects)});
}

TEST(SmbComNegotiate, WithTheWildcardLeavesTheChoiceToASecondNegotiate) {
  TestClient client;
  const Seen first = client.send(smb_com_negotiate({"NT LM 0.12", smb1::smb_2_002, smb1::smb_2_wildcard}));
  const auto response = first.negotiated();
  EXPECT_EQ(response.dialect_revision, Dialect::wildcard);
  EXPECT_EQ(response.capabilities, Capabilities::dfs | Capabilities::leasing | Capabilities::large_mtu);
  EXPECT_EQ(response.max_transact_size, 8u << 20);
  EXPECT_EQ(response.security_mode, SecurityMode::signing_enabled);
  EXPECT_TRUE(response.negotiate_contexts.empty());
  EXPECT_FALSE(response.buffer.empty());
  const smb2::Header header = first.message().header;
  EXPECT_EQ(header.command, smb2::Command::negotiate);
  EXPECT_EQ(header.message_id, 0u);
  EXPECT_EQ(header.session_id, 0u);
  EXPECT_EQ(header.tree_id, 0u);
  EXPECT_EQ(header.credits, 1);

  TestClient again = client;
  EXPECT_TRUE(again.send(negotiate_request({Dialect::smb_2_1})).only_closed()) << "MessageId 0 is used";
  TestClient twice = client;
  EXPECT_TRUE(twice.send(smb_com_negotiate({smb1::smb_2_wildcard})).only_closed());
  const auto second = client.send(with_message_id(negotiate_request({Dialect::smb_3_1_1}), 1)).negotiated();
  EXPECT_EQ(second.dialect_revision, Dialect::smb_3_1_1);
  EXPECT_EQ(second.server_guid, response.server_guid);
}

TEST(SmbComNegotiate, With2002SettlesTheDialect) {
  TestClient client;
  const auto response = client.send(smb_com_negotiate({"NT LM 0.12", smb1::smb_2_002})).negotiated();
  EXPECT_EQ(response.dialect_revision, Dialect::smb_2_0_2);
  EXPECT_EQ(response.capabilities, Capabilities::dfs);
  EXPECT_EQ(response.max_read_size, 64u << 10);
  EXPECT_TRUE(client.send(with_message_id(negotiate_request({Dialect::smb_2_1}), 1)).only_closed());
}

TEST(SmbComNegotiate, IsAnsweredByWhatTheServerImplements) {
  const Settings only_2_0_2{.maximum_dialect = Dialect::smb_2_0_2};
  EXPECT_EQ(TestClient(only_2_0_2)
                .send(smb_com_negotiate({smb1::smb_2_wildcard, smb1::smb_2_002}))
                .negotiated()
                .dialect_revision,
            Dialect::smb_2_0_2);
  EXPECT_TRUE(TestClient(only_2_0_2).send(smb_com_negotiate({smb1::smb_2_wildcard})).only_closed());
  const Settings since_3_0{.minimum_dialect = Dialect::smb_3_0};
  EXPECT_TRUE(TestClient(since_3_0).send(smb_com_negotiate({smb1::smb_2_002})).only_closed());
  EXPECT_EQ(
      TestClient(since_3_0).send(smb_com_negotiate({smb1::smb_2_wildcard})).negotiated().dialect_revision,
      Dialect::wildcard);
}

TEST(SmbComNegotiate, DisconnectsWithoutAnSmb2Dialect) {
  EXPECT_TRUE(TestClient().send(smb_com_negotiate({})).only_closed());
  EXPECT_TRUE(TestClient().send(smb_com_negotiate({"NT LM 0.12", "SMB 2.1"})).only_closed());
}

TEST(SmbComNegotiate, DisconnectsWhenCutOrAnotherCommand) {
  const wire::Bytes whole = smb_com_negotiate({smb1::smb_2_wildcard});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_TRUE(TestClient().send(wire::View(whole).first(size)).only_closed()) << size;
  }
  wire::Bytes other = whole;
  other[4] = 0x73;  // SMB_COM_SESSION_SETUP_ANDX
  EXPECT_TRUE(TestClient().send(other).only_closed());
}

TEST(SmbComNegotiate, DisconnectsOnceSmb2HasBegun) {
  TestClient refused;
  refused.send(negotiate_request({}));
  EXPECT_TRUE(refused.send(smb_com_negotiate({smb1::smb_2_wildcard})).only_closed()) << "MessageId 0 is used";
  TestClient negotiated;
  negotiated.send(negotiate_request({Dialect::smb_2_1}));
  EXPECT_TRUE(negotiated.send(smb_com_negotiate({smb1::smb_2_wildcard})).only_closed());
}

}  // namespace
}  // namespace reference
