// [MS-NLMP] 4.2.4 has the example that is computed here.
#include "harness/security/ntlm_keys.h"

#include <gtest/gtest.h>

namespace security {
namespace {

constexpr std::array<std::uint8_t, 8> server_challenge = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};
constexpr std::array<std::uint8_t, 8> client_challenge = {0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa};
constexpr NegotiateFlags flags{0xe28a8233};

wire::Utf16 text(std::string_view utf8) { return wire::Utf16::from_utf8(utf8); }

Key random_session_key() {
  Key key;
  key.fill(0x55);
  return key;
}

NtlmV2Response example_response() {
  return {.challenge_from_client = client_challenge,
          .av_pairs = {{.id = AvId::nb_domain_name, .value = AvName{text("Domain")}},
                       {.id = AvId::nb_computer_name, .value = AvName{text("Server")}},
                       {.id = AvId::eol}},
          .trailing = {0, 0, 0, 0}};
}

TEST(NtlmKeys, OfThePublishedExample) {
  const Key response_key = ntowf_v2("Password", text("User"), text("Domain"));
  EXPECT_EQ(wire::to_hex(response_key), "0c868a403bfd7a93a3001ef22ef02e3f");
  EXPECT_EQ(wire::to_hex(lm_v2_response(response_key, server_challenge, client_challenge)),
            "86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa");
  const Key proof = nt_proof(response_key, server_challenge, example_response());
  EXPECT_EQ(wire::to_hex(proof), "68cd0ab851e51c96aabc927bebef6a1c");
  const Key base_key = session_base_key(response_key, proof);
  EXPECT_EQ(wire::to_hex(base_key), "8de40ccadbc14a82f15cb0ad0de95ca3");
  EXPECT_TRUE(exchanges_key(flags));
  EXPECT_EQ(wire::to_hex(rc4k(base_key, random_session_key())), "c5dad2544fc9799094ce1ce90bc9d03e");
}

TEST(NtlmKeys, OfSignaturesInThePublishedExample) {
  EXPECT_TRUE(can_sign(flags));
  EXPECT_EQ(wire::to_hex(signing_key(random_session_key(), Direction::client_to_server)),
            "4788dc861b4782f35d43fd98fe1a2d39");
  EXPECT_EQ(wire::to_hex(sealing_key(random_session_key(), flags, Direction::client_to_server)),
            "59f600973cc4960a25480a7c196e4c58");
}

TEST(NtlmKeys, ProofIsOverAllThatFollowsIt) {
  const Key response_key = ntowf_v2("Password", text("User"), text("Domain"));
  NtlmV2Response response = example_response();
  const Key proof = nt_proof(response_key, server_challenge, response);
  response.nt_proof_str.fill(9);
  EXPECT_EQ(nt_proof(response_key, server_challenge, response), proof);
  response.reserved3 = 1;
  EXPECT_NE(nt_proof(response_key, server_challenge, response), proof);
}

TEST(NtlmKeys, TakeTheUserWithoutRegardToCaseAndTheDomainWithIt) {
  EXPECT_EQ(ntowf_v2("p", text("uSER"), text("D")), ntowf_v2("p", text("USER"), text("D")));
  EXPECT_NE(ntowf_v2("p", text("u"), text("d")), ntowf_v2("p", text("u"), text("D")));
}

TEST(NtlmKeys, SealingKeysAreAsLongAsAgreed) {
  const Key key = random_session_key();
  const auto sealing = [&](NegotiateFlags f) { return sealing_key(key, f, Direction::server_to_client); };
  EXPECT_NE(sealing(NegotiateFlags::key_128), sealing(NegotiateFlags::key_56));
  EXPECT_NE(sealing(NegotiateFlags::none), sealing(NegotiateFlags::key_56));
  EXPECT_EQ(sealing(NegotiateFlags::key_128), sealing(NegotiateFlags::key_128 | NegotiateFlags::key_56));
}

}  // namespace
}  // namespace security
