#include "harness/security/ntlmssp.h"

#include <gmock/gmock.h>

#include "harness/security/recorded_tokens.h"
#include "harness/security/spnego.h"

namespace security {
namespace {

using wire::Bytes;

Bytes ntlm_of(std::string_view recorded_token) {
  const auto token = wire::decode<Token>(recorded::bytes(recorded_token));
  const wire::View message = mechanism_token(token.message);
  return {message.begin(), message.end()};
}

template <class M>
wire::Decoded<M> read(wire::View bytes) {
  auto decoded = wire::decode<M>(bytes);
  EXPECT_EQ(wire::to_hex(wire::encode(decoded.message, decoded.residue)), wire::to_hex(bytes));
  return decoded;
}

std::optional<wire::Value> get(auto message, std::string_view path) {
  std::optional<wire::Value> value;
  wire::find(message, *wire::Path::parse(path), [&](const wire::Field& field) { value = field.get(); });
  return value;
}

AuthenticateMessage authenticate() {
  return std::get<AuthenticateMessage>(
      read<NtlmMessage>(ntlm_of(recorded::smbclient_authenticate)).message.body);
}

TEST(NtlmMessages, OfRealPeersHaveNoIssuesAndAreRewrittenIdentically) {
  for (const auto& [name, token] : recorded::all) {
    const Bytes bytes = ntlm_of(token);
    if (bytes.empty()) continue;
    const auto decoded = read<NtlmMessage>(bytes);
    EXPECT_FALSE(std::holds_alternative<Bytes>(decoded.message.body)) << name;
    for (const auto& issue : decoded.issues) ADD_FAILURE() << name << ": " << issue.text();
    EXPECT_TRUE(decoded.residue.gaps.empty()) << name;
  }
}

TEST(AuthenticateMessage, IsReadAsSmbclientMeantIt) {
  const AuthenticateMessage m = authenticate();
  EXPECT_EQ(m.user_name.to_utf8(), "root");
  EXPECT_EQ(m.domain_name.to_utf8(), "WORKGROUP");
  EXPECT_EQ(m.workstation.to_utf8(), "VM");
  EXPECT_TRUE(m.version);
  EXPECT_TRUE(m.mic);
  EXPECT_EQ(m.encrypted_random_session_key.size(), 16u);
  const auto& response = std::get<NtlmV2Response>(m.nt_challenge_response);
  EXPECT_TRUE(wire::has(flags_of(response.av_pairs), AvFlags::mic_provided));
  EXPECT_EQ(std::get<AvName>(find_pair(response.av_pairs, AvId::target_name)->value).value.to_utf8(),
            "cifs/127.0.0.1");
  for (const PayloadFields& f : m.fields) {
    EXPECT_FALSE(f.length.forced);
    EXPECT_FALSE(f.max_length.forced);
    EXPECT_FALSE(f.buffer_offset.forced);
    EXPECT_FALSE(f.buffer_offset.placed);
  }
}

TEST(AuthenticateMessage, HasVersionAndMicWhereTheFirstPayloadLeavesRoom) {
  const auto of_impacket =
      std::get<AuthenticateMessage>(read<NtlmMessage>(ntlm_of(recorded::impacket_authenticate)).message.body);
  EXPECT_FALSE(of_impacket.version);
  EXPECT_FALSE(of_impacket.mic);

  AuthenticateMessage m = authenticate();
  m.mic.reset();
  const auto without_mic = read<AuthenticateMessage>(wire::encode(m)).message;
  EXPECT_TRUE(without_mic.version);
  EXPECT_FALSE(without_mic.mic);
}

TEST(AuthenticateMessage, FieldsAreFoundByTheirNamesIntoThePairs) {
  const AuthenticateMessage m = authenticate();
  EXPECT_EQ(get(m, "NtChallengeResponseLen"), wire::Value(std::uint64_t{0xc8}));
  EXPECT_EQ(get(m, "UserName"), wire::Value(wire::Utf16::from_utf8("root")));
  EXPECT_EQ(get(m, "NtChallengeResponse.AvPairs[type=MsvAvFlags].Value"), wire::Value(std::uint64_t{2}));
  EXPECT_EQ(get(m, "NtChallengeResponse.AvPairs[0].AvId"), wire::Value(std::uint64_t{2}));
  EXPECT_EQ(get(m, "MIC")->index(), 2u);
  EXPECT_THAT(wire::print(m), testing::HasSubstr("NTLMSSP_NEGOTIATE_UNICODE|"));
}

TEST(AuthenticateMessage, ThreeWrongsAreApart) {
  AuthenticateMessage m = authenticate();
  const Bytes right = wire::encode(m);
  m.fields[AuthenticateMessage::nt].length = wire::Derived<std::uint16_t>::force(0xffff);
  Bytes lying = wire::encode(m);
  EXPECT_EQ(lying.size(), right.size());
  EXPECT_EQ(lying[20], 0xff);
  EXPECT_EQ(lying[22], right[22]) << "MaxLen keeps telling the truth";
  EXPECT_THAT(read<AuthenticateMessage>(lying).issues.front().rule, wire::Rule::outside);

  m = authenticate();
  m.fields[AuthenticateMessage::session_key].buffer_offset.placed = 0x300;
  EXPECT_EQ(wire::encode(m).size(), 0x310u);
  m.fields[AuthenticateMessage::session_key].buffer_offset.value = 0x58;
  m.fields[AuthenticateMessage::session_key].buffer_offset.forced = true;
  EXPECT_EQ(wire::encode(m).size(), 0x310u);
}

TEST(AuthenticateMessage, PayloadsInAnyOrderAreNoIssue) {
  AuthenticateMessage m = authenticate();
  std::ranges::reverse(m.payload_order);
  const auto decoded = read<AuthenticateMessage>(wire::encode(m));
  EXPECT_THAT(decoded.issues, testing::IsEmpty());
  EXPECT_EQ(decoded.message.payload_order, m.payload_order);
}

TEST(AuthenticateMessage, PayloadsThatOverlapAre) {
  AuthenticateMessage m = authenticate();
  m.fields[AuthenticateMessage::user].buffer_offset.placed = 0x5a;
  const auto issues = read<AuthenticateMessage>(wire::encode(m)).issues;
  EXPECT_NE(std::ranges::find(issues, wire::Rule::overlapping, &wire::Issue::rule), issues.end());
}

TEST(AuthenticateMessage, APayloadThatBeginsAtTheEndMovesNoOther) {
  AuthenticateMessage m;
  const std::size_t size = wire::encode(m).size();
  m.fields[AuthenticateMessage::nt].length = wire::Derived<std::uint16_t>::force(1);
  m.fields[AuthenticateMessage::user].length = wire::Derived<std::uint16_t>::force(1);
  const auto decoded = read<AuthenticateMessage>(wire::encode(m));
  EXPECT_EQ(decoded.residue.size, size);
  EXPECT_THAT(decoded.issues, testing::Each(testing::Field(&wire::Issue::rule, wire::Rule::outside)));
}

TEST(AvPairs, OfAnUnexpectedLengthKeepTheirBytes) {
  ChallengeMessage m{.target_info = TargetInfo{.av_pairs = {{.id = AvId::flags, .value = Bytes{1, 2}},
                                                            {.id = AvId::timestamp, .value = Bytes{}},
                                                            {.id = AvId{0x77}, .value = Bytes{3}},
                                                            {.id = AvId::eol}},
                                               .trailing = {9, 9}}};
  const auto decoded = read<ChallengeMessage>(wire::encode(m));
  EXPECT_THAT(decoded.issues, testing::IsEmpty());
  const auto& info = std::get<TargetInfo>(decoded.message.target_info);
  ASSERT_EQ(info.av_pairs.size(), 4u);
  EXPECT_EQ(std::get<Bytes>(info.av_pairs[0].value), (Bytes{1, 2}));
  EXPECT_EQ(std::get<Bytes>(info.av_pairs[2].value), Bytes{3});
  EXPECT_EQ(info.trailing, (Bytes{9, 9}));
}

TEST(AvPairs, ThatReachOutsideAreTold) {
  AvPair pair{.id = AvId::dns_tree_name, .value = AvName{wire::Utf16::from_utf8("abc")}};
  pair.length = wire::Derived<std::uint16_t>::force(200);
  const auto decoded =
      read<ChallengeMessage>(wire::encode(ChallengeMessage{.target_info = TargetInfo{.av_pairs = {pair}}}));
  EXPECT_EQ(decoded.issues.front().rule, wire::Rule::outside);
}

TEST(NtlmMessage, OfAnUnknownKindKeepsItsBytes) {
  for (const std::string_view hex : {"", "4e544c4d5353500004000000",
                                     "4e544c4d53535001"
                                     "01000000",
                                     "4e544c4d5353500001"}) {
    EXPECT_TRUE(std::holds_alternative<Bytes>(read<NtlmMessage>(*wire::from_hex(hex)).message.body)) << hex;
  }
}

TEST(NtlmMessage, CutOrChangedAnywhereIsRewrittenIdentically) {
  for (const auto& [name, token] : recorded::all) {
    const Bytes bytes = ntlm_of(token);
    for (std::size_t i = 0; i <= bytes.size(); ++i) read<NtlmMessage>(wire::View(bytes).first(i));
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      for (const unsigned change : {0x01u, 0x80u, 0xffu}) {
        Bytes changed = bytes;
        changed[i] = static_cast<std::uint8_t>(changed[i] ^ change);
        read<NtlmMessage>(changed);
      }
    }
  }
}

}  // namespace
}  // namespace security
