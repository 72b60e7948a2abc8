#include "harness/crypto/ntlm.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <stdexcept>

#include "harness/crypto/known_answers.h"
#include "harness/crypto/random.h"

namespace crypto {
namespace {

using wire::to_hex;

std::string md4_hex(std::string_view message) { return to_hex(md4(text(message)).value()); }
std::string md5_hex(std::string_view message) { return to_hex(md5(text(message))); }

Bytes utf16(std::string_view ascii) {
  Bytes bytes;
  for (char c : ascii) bytes.insert(bytes.end(), {static_cast<std::uint8_t>(c), 0});
  return bytes;
}

Bytes operator+(Bytes left, View right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

TEST(Ntlm, Md4IsThatOfRfc1320) {
  EXPECT_EQ(md4_hex(""), "31d6cfe0d16ae931b73c59d7e0c089c0");
  EXPECT_EQ(md4_hex("a"), "bde52cb31de33e46245e05fbdbd6fb24");
  EXPECT_EQ(md4_hex("abc"), "a448017aaf21d8525fc10ae87aa6729d");
  EXPECT_EQ(md4_hex("message digest"), "d9130a8164549fe818874806e1c7014b");
  EXPECT_EQ(md4_hex("abcdefghijklmnopqrstuvwxyz"), "d79e1c308aa5bbcdeea8ed63df412da9");
  EXPECT_EQ(md4_hex("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"),
            "043f8582f241db351ce627e153e7f0e4");
  EXPECT_EQ(md4_hex("12345678901234567890123456789012345678901234567890123456789012345678901234567890"),
            "e33b4ddc9c38f2199c3e7b164fcc0536");
}

TEST(Ntlm, Md5IsThatOfRfc1321) {
  EXPECT_EQ(md5_hex(""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(md5_hex("abc"), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(md5_hex("message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
}

TEST(Ntlm, HmacMd5IsThatOfRfc2202) {
  EXPECT_EQ(to_hex(hmac_md5(Bytes(16, 0x0b), text("Hi There"))), "9294727a3638bb1c13f48ef8158bfc9d");
  EXPECT_EQ(to_hex(hmac_md5(text("Jefe"), text("what do ya want for nothing?"))),
            "750c783e6ab0b503eaa86e310a5db738");
  EXPECT_EQ(to_hex(hmac_md5(Bytes(80, 0xaa), text("Test Using Larger Than Block-Size Key - Hash Key First"))),
            "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd");
  const Bytes one = text("what do ya want ");
  const Bytes two = text("for nothing?");
  const View parts[] = {one, two};
  EXPECT_EQ(to_hex(hmac_md5(text("Jefe"), parts)), "750c783e6ab0b503eaa86e310a5db738");
}

TEST(Ntlm, Rc4IsThatOfRfc6229) {
  const Bytes zeros(32, 0);
  EXPECT_EQ(to_hex(rc4(hex("0102030405"), zeros).value()),
            "b2396305f03dc027ccc3524a0a1118a86982944f18fc82d589c403a47a0d0919");
  EXPECT_EQ(to_hex(rc4(hex("0102030405060708090a0b0c0d0e0f10"), zeros).value()),
            "9ac7cc9a609d1ef7b2932899cde41b975248c4959014126a6e8a84f11d1a9e1c");
  EXPECT_EQ(
      to_hex(rc4(hex("0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"), zeros).value()),
      "eaa6bd25880bf93d3f5d1e4ca2611d91cfa45c9f7e714b54bdfa80027cb14380");
  EXPECT_EQ(to_hex(rc4(text("Wiki"), text("pedia")).value()), "1021bf0420");
}

TEST(Ntlm, Rc4TakesAnyDataAndKeysOf1To256Bytes) {
  EXPECT_EQ(rc4(Bytes(16, 1), {}), Bytes{});
  for (const std::size_t size : std::initializer_list<std::size_t>{1, 255, 256})
    EXPECT_EQ(rc4(Bytes(size, 1), rc4(Bytes(size, 1), text("there and back")).value()),
              text("there and back"));
  EXPECT_THROW((void)rc4({}, Bytes(1)), std::invalid_argument);
  EXPECT_THROW((void)rc4(Bytes(257), Bytes(1)), std::invalid_argument);
}

TEST(Ntlm, YieldsTheValuesOfMsNlmp424) {
  const Bytes target_info = hex("02000c0044006f006d00610069006e0001000c0053006500720076006500720000000000");
  const Bytes temp =
      hex("01010000000000000000000000000000aaaaaaaaaaaaaaaa00000000") + target_info + hex("00000000");
  const Digest128 password_hash = md4(utf16("Password")).value();
  const Digest128 response_key = hmac_md5(password_hash, utf16("USERDomain"));
  EXPECT_EQ(to_hex(response_key), "0c868a403bfd7a93a3001ef22ef02e3f");
  const Digest128 proof = hmac_md5(response_key, hex("0123456789abcdef") + temp);
  EXPECT_EQ(to_hex(proof), "68cd0ab851e51c96aabc927bebef6a1c");
  const Digest128 session_base_key = hmac_md5(response_key, proof);
  EXPECT_EQ(to_hex(session_base_key), "8de40ccadbc14a82f15cb0ad0de95ca3");
  const Bytes random_session_key(16, 0x55);
  EXPECT_EQ(to_hex(rc4(session_base_key, random_session_key).value()), "c5dad2544fc9799094ce1ce90bc9d03e");

  const Digest128 signing_key =
      md5(random_session_key +
          text(std::string_view("session key to client-to-server signing key magic constant\0", 59)));
  EXPECT_EQ(to_hex(signing_key), "4788dc861b4782f35d43fd98fe1a2d39");
  const Digest128 sealing_key =
      md5(random_session_key +
          text(std::string_view("session key to client-to-server sealing key magic constant\0", 59)));
  EXPECT_EQ(to_hex(sealing_key), "59f600973cc4960a25480a7c196e4c58");
  const Bytes plaintext = utf16("Plaintext");
  const Digest128 checksum = hmac_md5(signing_key, hex("00000000") + plaintext);
  EXPECT_EQ(to_hex(rc4(sealing_key, plaintext + View(checksum).first(8)).value()),
            "54e50165bf1936dc996020c1811b0f06fb5f"
            "7fb38ec5c55d4976");
}

// "SMB 2 and SMB 3 security in Windows 10: the anatomy of signing and cryptographic keys", its NTLMv2
// example.
TEST(Ntlm, YieldsTheSessionKeyOfMicrosoftsExample) {
  const Bytes temp =
      hex("0101000000000000A1A1F5ADCBAED001BC4AD05F223CC90F0000000002000C005300550054003300310031"
          "0001000C0053005500540033003100310004000C0053005500540033003100310003000C00530055005400"
          "3300310031000700"
          "0800A1A1F5ADCBAED00106000400020000000800300030000000000000000000000000"
          "300000B61FEFCAA857EA57BF1EDCEBF8974B8E0EBA5A6DFD9D07A31D11B548F8C9D0CC0A00100000000000"
          "0000000000000000000000000900160063006900660073002F005300550054003300310031000000000000"
          "00000000000000");
  const Digest128 password_hash = md4(utf16("Password01!")).value();
  EXPECT_EQ(to_hex(password_hash), "7c4fe5eada682714a036e39378362bab");
  const Digest128 response_key = hmac_md5(password_hash, utf16("ADMINISTRATORSUT311"));
  EXPECT_EQ(to_hex(response_key), "aee3959b44a815f1eb28c9511b4f533b");
  const Digest128 proof = hmac_md5(response_key, hex("0D1D8BA31179D008") + temp);
  EXPECT_EQ(to_hex(proof), "63078eb639fe03e20a231c3ae3bf2308");
  const Digest128 session_base_key = hmac_md5(response_key, proof);
  EXPECT_EQ(to_hex(session_base_key), "b4cf22566926b1c069acd80e4d73c814");
  EXPECT_EQ(to_hex(rc4(session_base_key, hex("3B9BDFF38F5EE8F9663F11A0F4C03A78")).value()),
            "270e1ba896585eeb7af3472d3b4c75a7");
}

// In a process of its own, as a provider is looked for once.
TEST(NtlmDeathTest, AMissingLegacyProviderIsAnErrorThatSaysWhatToDo) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        setenv("OPENSSL_MODULES", "/nowhere", 1);
        const auto hash = md4(text("secret"));
        const auto stream = rc4(text("secret"), text("secret"));
        const bool told = !hash && !stream && hash.error().contains("OPENSSL_MODULES") &&
                          !hash.error().contains("secret") && stream.error() == hash.error();
        std::exit(told ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

TEST(Random, FillsTheWholeSpanAndNeverTwiceAlike) {
  std::array<std::uint8_t, 32> first{};
  std::array<std::uint8_t, 32> second{};
  random_bytes(first);
  random_bytes(second);
  EXPECT_NE(first, second);
  random_bytes({});
}

}  // namespace
}  // namespace crypto
