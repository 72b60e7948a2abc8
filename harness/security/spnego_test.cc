#include "harness/security/spnego.h"

#include <gmock/gmock.h>

#include "harness/security/ntlmssp.h"
#include "harness/security/recorded_tokens.h"

namespace security {
namespace {

wire::Bytes hex(std::string_view text) { return *wire::from_hex(text); }

TEST(NegTokenInit2, ListsNtlmsspAndTheHint) {
  const auto expected =
      hex("60 48"                                                       // [APPLICATION 0], 72 bytes
          "  06 06 2b 06 01 05 05 02"                                   //   thisMech: SPNEGO
          "  a0 3e"                                                     //   [0] NegTokenInit2
          "    30 3c"                                                   //     SEQUENCE
          "      a0 0e"                                                 //       [0] mechTypes
          "        30 0c"                                               //         SEQUENCE OF
          "          06 0a 2b 06 01 04 01 82 37 02 02 0a"               //    NTLMSSP
          "      a3 2a"                                                 //       [3] negHints
          "        30 28"                                               //         SEQUENCE
          "          a0 26"                                             //           [0] hintName
          "            1b 24"                                           //             GeneralString, 36 bytes
          "              6e 6f 74 5f 64 65 66 69 6e 65 64 5f 69 6e 5f"  // not_defined_in_
          "              52 46 43 34 31 37 38"                          // RFC4178
          "              40 70 6c 65 61 73 65 5f 69 67 6e 6f 72 65");   // @please_ignore
  EXPECT_EQ(wire::to_hex(neg_token_init2({{ntlmssp}})), wire::to_hex(expected));
}

TEST(NegTokenInit2, WritesLongLengthsInTheirShortestForm) {
  const std::vector<ObjectIdentifier> mech_types(100, ntlmssp);  // 1200 bytes of identifiers
  const wire::Bytes token = neg_token_init2(mech_types);
  EXPECT_EQ(wire::to_hex(wire::View(token).first(4)), "608204f4");  // 1268 bytes follow
  EXPECT_EQ(token.size(), 4u + 0x04f4u);
}

std::optional<wire::Value> get(Token token, std::string_view path) {
  std::optional<wire::Value> value;
  wire::find(token, *wire::Path::parse(path), [&](const wire::Field& field) { value = field.get(); });
  return value;
}

wire::Decoded<Token> read(wire::View bytes) {
  auto decoded = wire::decode<Token>(bytes);
  EXPECT_EQ(wire::to_hex(wire::encode(decoded.message)), wire::to_hex(bytes));
  return decoded;
}

TEST(Token, OfRealPeersHasNoIssuesAndIsRewrittenIdentically) {
  for (const auto& [name, hex] : recorded::all) {
    const auto decoded = read(recorded::bytes(hex));
    for (const auto& issue : decoded.issues) ADD_FAILURE() << name << ": " << issue.text();
    EXPECT_FALSE(std::holds_alternative<wire::Bytes>(decoded.message.body)) << name;
  }
}

TEST(Token, FieldsAreFoundByTheirNames) {
  const Token init = read(recorded::bytes(recorded::smbclient_init)).message;
  EXPECT_EQ(get(init, "thisMech"), wire::Value(spnego));
  EXPECT_EQ(get(init, "MechType"), wire::Value(ntlmssp));
  EXPECT_EQ(get(init, "MechType[type=NTLMSSP].Tag"), wire::Value(std::uint64_t{6}));
  EXPECT_EQ(get(init, "mechTypes[1].Length"), wire::Value(std::uint64_t{12}));
  EXPECT_EQ(get(init, "mechToken.Tag"), wire::Value(std::uint64_t{0xa2}));
  EXPECT_EQ(get(init, "mechToken[1].Length"), wire::Value(std::uint64_t{40}));
  EXPECT_EQ(get(init, "InitialContextToken.Length"), wire::Value(std::uint64_t{72}));
  const Token completed = read(recorded::bytes(recorded::smbd_completed)).message;
  EXPECT_EQ(get(completed, "negState"), wire::Value(std::uint64_t{0}));
  EXPECT_EQ(get(completed, "mechListMIC")->index(), 2u);
  EXPECT_THAT(wire::print(completed), testing::HasSubstr("negState accept-completed"));
}

TEST(Token, KnowsBothPlacesOfTheMechListMic) {
  NegTokenInit of_client = neg_token_init({{ntlmssp}});
  of_client.mech_list_mic.emplace().value = {1};
  const auto client = read(wire::encode(Token{.body = of_client}));
  EXPECT_THAT(client.issues, testing::IsEmpty());
  EXPECT_EQ(get(client.message, "mechListMIC.Tag"), wire::Value(std::uint64_t{0xa3}));

  NegTokenInit of_server = of_client;
  of_server.neg_hints.emplace().hint_address.emplace().value = {2};
  const auto server = read(wire::encode(Token{.body = of_server}));
  EXPECT_THAT(server.issues, testing::IsEmpty());
  EXPECT_EQ(get(server.message, "mechListMIC.Tag"), wire::Value(std::uint64_t{0xa4}));
  EXPECT_EQ(get(server.message, "hintAddress"), wire::Value(wire::Bytes{2}));
}

TEST(Token, MayComeWithoutTheFrameOfAnInitialToken) {
  NegTokenInit token = neg_token_init({{kerberos, ntlmssp}});
  token.initial_context_token.reset();
  const auto decoded = read(wire::encode(Token{.body = token}));
  EXPECT_THAT(decoded.issues, testing::IsEmpty());
  EXPECT_FALSE(std::get<NegTokenInit>(decoded.message.body).initial_context_token);
  EXPECT_EQ(get(decoded.message, "MechType[0]"), wire::Value(kerberos));
}

TEST(Token, OfAnotherMechanismIsKept) {
  const auto decoded = read(hex("60 0f 06 09 2a864886f71201 0202 01 00 6e 82"));
  const auto& init = std::get<NegTokenInit>(decoded.message.body);
  EXPECT_EQ(init.this_mech, kerberos);
  EXPECT_EQ(init.initial_context_token->rest, hex("01 00 6e 82"));
}

TEST(Token, CarriesTheMessageOfTheMechanism) {
  EXPECT_TRUE(is_ntlmssp(mechanism_token(read(recorded::bytes(recorded::smbclient_init)).message)));
  EXPECT_TRUE(is_ntlmssp(mechanism_token(read(recorded::bytes(recorded::smbclient_authenticate)).message)));
  EXPECT_TRUE(mechanism_token(read(recorded::bytes(recorded::smbd_completed)).message).empty());
  EXPECT_TRUE(is_ntlmssp(mechanism_token(read(hex("4e544c4d53535000 01000000")).message)));
}

TEST(Token, CutOrChangedAnywhereIsRewrittenIdentically) {
  for (const auto& [name, text] : recorded::all) {
    const wire::Bytes bytes = recorded::bytes(text);
    for (std::size_t i = 0; i <= bytes.size(); ++i) read(wire::View(bytes).first(i));
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      for (unsigned change : {0x01u, 0x02u, 0x80u, 0xffu}) {
        wire::Bytes changed = bytes;
        changed[i] = static_cast<std::uint8_t>(changed[i] ^ change);
        read(changed);
      }
    }
  }
}

}  // namespace
}  // namespace security
