#include "harness/crypto/sealing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <thread>
#include <vector>

#include "harness/crypto/known_answers.h"

namespace crypto {
namespace {

using wire::to_hex;

Tag tag(View bytes) {
  Tag result{};
  std::ranges::copy(bytes.first(std::min(bytes.size(), result.size())), result.begin());
  return result;
}

void expect_both_ways(Cipher cipher, View key, View nonce, View aad, View plaintext, View ciphertext,
                      View mac) {
  const Sealed sealed = seal(cipher, key, nonce, aad, plaintext);
  EXPECT_EQ(to_hex(sealed.ciphertext), to_hex(ciphertext));
  EXPECT_EQ(to_hex(sealed.tag), to_hex(mac));
  const std::optional<Bytes> opened = open(cipher, key, nonce, aad, ciphertext, tag(mac));
  ASSERT_TRUE(opened);
  EXPECT_EQ(to_hex(*opened), to_hex(plaintext));
}

TEST(Sealing, GcmIsThatOfItsSpecification) {
  const Bytes zero16(16, 0);
  const Bytes zero32(32, 0);
  const Bytes nonce(12, 0);
  expect_both_ways(Cipher::aes_128_gcm, zero16, nonce, {}, {}, {}, hex("58e2fccefa7e3061367f1d57a4e7455a"));
  expect_both_ways(Cipher::aes_128_gcm, zero16, nonce, {}, zero16, hex("0388dace60b6a392f328c2b971b2fe78"),
                   hex("ab6e47d42cec13bdf53a67b21257bddf"));
  expect_both_ways(Cipher::aes_256_gcm, zero32, nonce, {}, {}, {}, hex("530f8afbc74536b9a963b4f1c4cb738b"));
  expect_both_ways(Cipher::aes_256_gcm, zero32, nonce, {}, zero16, hex("cea7403d4d606b6e074ec5d3baf39d18"),
                   hex("d0d1c8a799996bf0265b98b5d48ab919"));
}

TEST(Sealing, AgreesWithWycheproof) {
  const std::map<std::string, Cipher> ciphers = {{"aes-128-ccm", Cipher::aes_128_ccm},
                                                 {"aes-128-gcm", Cipher::aes_128_gcm},
                                                 {"aes-256-ccm", Cipher::aes_256_ccm},
                                                 {"aes-256-gcm", Cipher::aes_256_gcm}};
  for (const auto& row : known_answers("wycheproof-aead.txt")) {
    SCOPED_TRACE(row[0] + " " + row[2] + " " + row[3]);
    const Cipher cipher = ciphers.at(row[0]);
    if (row[1] == "valid")
      expect_both_ways(cipher, hex(row[2]), hex(row[3]), hex(row[4]), hex(row[5]), hex(row[6]), hex(row[7]));
    else
      EXPECT_FALSE(open(cipher, hex(row[2]), hex(row[3]), hex(row[4]), hex(row[6]), tag(hex(row[7]))));
  }
}

// A message under an SMB2 TRANSFORM_HEADER: what lies where is [MS-SMB2] 2.2.41.
void expect_transform(Cipher cipher, std::string_view key, std::string_view transform,
                      std::string_view plaintext) {
  const Bytes bytes = hex(transform);
  const View view = bytes;
  expect_both_ways(cipher, hex(key), view.subspan(20, nonce_size(cipher)), view.subspan(20, 32),
                   hex(plaintext), view.subspan(52), view.subspan(4, 16));
}

// "Encryption in SMB 3.0: A protocol perspective", the WRITE and READ of its test vector.
TEST(Sealing, ReproducesMicrosoftsExampleFor30) {
  expect_transform(Cipher::aes_128_ccm, "261B72350558F2E9DCF613070383EDBF",
                   "fd534d4281a286535415445dae393921e44fa42e66e69a111892584fb5ed524a744da3ee87000000000001001"
                   "100001400e40800"
                   "25c8fee16605a437832d1cd52da9f4645333482a175fe5384563f45fcdafaef38bc62ba4d5c62897996625a44"
                   "c29be5658de2e61"
                   "17585779e7b59ffd971278d08580d7fa899e410e910eabf5aa1db43050b33b49182637759ac15d84bfcdf5b6b"
                   "238993c0f4cf4d6"
                   "012023f6c627297075d84b7803912d0a9639634453595ef3e33ffe4e7ac2ab",
                   "fe534d4240000100000000000900400008000000000000000400000000000000fffe000001000000110000140"
                   "0e4080000000000"
                   "00000000000000000000000031007000170000000000000000000000150100003900000201000000390200000"
                   "000000000000000"
                   "7000000000000000536d623320656e6372797074696f6e2074657374696e67");
  expect_transform(Cipher::aes_128_ccm, "8FE2B57EC34D2DB5B1A9727F526BBDB5",
                   "fd534d42a6015530a18f6d9affe22afae8e6648486000000000000001100001400e4080050000000000001001"
                   "100001400e40800"
                   "dbf46435c5f14169293ce079e344479bf670227e49873f458672c3098dac467dd5809f369d674091665157871"
                   "483e01f7becd020"
                   "64eac3e235f913668bbc2f097980d4b378f1993eff6e60d177309e5b",
                   "fe534d4240000100000000000900210009000000000000000400000000000000fffe000001000000110000140"
                   "0e4080000000000"
                   "00000000000000000000000011000000170000000000000000000000");
}

// "SMB 3.1.1 Encryption in Windows 10", the WRITE of its test vector.
TEST(Sealing, ReproducesMicrosoftsExampleFor311) {
  expect_transform(Cipher::aes_128_gcm, "A2F5E80E5D59103034F32E52F698E5EC",
                   "fd534d42bd73d97d2bc9001bcafac0fdff5feebcc7d6822d269caf48904c664c0000000087000000000001002"
                   "5000000001000006e"
                   "cdd2a7afc7b47763057a041b8fd4daffe990b70c9e09d36c084e02d14ef247f8bde38acf6256f8b1d3b56f77f"
                   "bdeb312fea5e92cbc"
                   "c1ed8fb2ebbfaa75e49a4a394bb44576545567c24d4c014d47c9fbdfdafd2c4f9b72f8d256452620a299f48e2"
                   "9e53d6b61d1c13a19"
                   "e91af013f00d17e3abc2fc3d36c8c1b6b93973253852dbd442e46ee8",
                   "fe534d4240000100000000000900010008000000000000000500000000000000fffe000001000000250000000"
                   "010000000000000000"
                   "00000000000000000000031007000170000000000000000000000060000000400000001000000040000000000"
                   "0000000000007000"
                   "000000000000536d623320656e6372797074696f6e2074657374696e67");
  expect_transform(Cipher::aes_128_gcm, "748C50868C90F302962A5C35F5F9A8BF",
                   "fd534d42acbe1cb7ed343adf1725ef144d90d4b0e06831dd2e8eb7b4000000000000000050000000000001002"
                   "500000000100000"
                   "26bbbf949983a6c1c796559d0f2c510cb651d1f7b6ac8ded32a2a0b8f2d793a815c6f6b848d69767a215841a4"
                   "2d400ae6ddb5f0b"
                   "44173a014973321fdd7950da6179159b82e03c9e18a050ff0ea1c967",
                   "fe534d4240000100000000000900010001000000000000000500000000000000fffe000001000000250000000"
                   "010000000000000"
                   "00000000000000000000000011000000170000000000000000000000");
}

class EveryCipher : public testing::TestWithParam<Cipher> {
 protected:
  static Bytes counted(std::size_t size) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 7 + 1);
    return bytes;
  }

  const Cipher cipher = GetParam();
  const Bytes key = counted(key_size(cipher));
  const Bytes nonce = counted(nonce_size(cipher));
  const Bytes aad = counted(32);
};
INSTANTIATE_TEST_SUITE_P(Sealing, EveryCipher,
                         testing::Values(Cipher::aes_128_ccm, Cipher::aes_128_gcm, Cipher::aes_256_ccm,
                                         Cipher::aes_256_gcm));

TEST_P(EveryCipher, OpensWhatItSealedOfAnySize) {
  for (const std::size_t size : std::initializer_list<std::size_t>{0, 1, 15, 16, 17, 64, 65'535, 1 << 20}) {
    const Bytes plaintext = counted(size);
    for (const Bytes& data : {Bytes{}, aad}) {
      const Sealed sealed = seal(cipher, key, nonce, data, plaintext);
      EXPECT_EQ(sealed.ciphertext.size(), size);
      EXPECT_EQ(open(cipher, key, nonce, data, sealed.ciphertext, sealed.tag), plaintext);
    }
  }
}

TEST_P(EveryCipher, OpensNothingInWhichABitIsFlipped) {
  for (const std::size_t size : std::initializer_list<std::size_t>{0, 20}) {
    const Bytes plaintext = counted(size);
    const Sealed sealed = seal(cipher, key, nonce, aad, plaintext);
    Bytes parts[] = {key, nonce, aad, sealed.ciphertext, {sealed.tag.begin(), sealed.tag.end()}};
    const auto& [k, n, a, c, t] = parts;
    for (Bytes& part : parts)
      for (std::size_t bit = 0; bit < part.size() * 8; ++bit) {
        const auto mask = static_cast<std::uint8_t>(1U << bit % 8);
        part[bit / 8] ^= mask;
        EXPECT_FALSE(open(cipher, k, n, a, c, tag(t))) << "part " << &part - parts << ", bit " << bit;
        part[bit / 8] ^= mask;
      }
    EXPECT_EQ(open(cipher, k, n, a, c, tag(t)), plaintext) << "after the failures";
  }
}

TEST_P(EveryCipher, OpensNothingLongerOrShorterThanWasSealed) {
  const Sealed sealed = seal(cipher, key, nonce, aad, counted(40));
  Bytes longer = sealed.ciphertext;
  longer.push_back(0);
  EXPECT_FALSE(open(cipher, key, nonce, aad, longer, sealed.tag));
  EXPECT_FALSE(open(cipher, key, nonce, aad, View(sealed.ciphertext).first(39), sealed.tag));
  EXPECT_FALSE(open(cipher, key, nonce, aad, {}, sealed.tag));
  EXPECT_FALSE(open(cipher, key, nonce, View(aad).first(31), sealed.ciphertext, sealed.tag));
}

TEST_P(EveryCipher, TakesKeysAndNoncesOfItsOwnSizeOnly) {
  const Sealed sealed = seal(cipher, key, nonce, aad, counted(40));
  for (std::size_t size = 0; size <= 40; ++size) {
    const Bytes other = counted(size);
    if (size != key.size()) {
      EXPECT_THROW(seal(cipher, other, nonce, aad, {}), std::invalid_argument) << size;
      EXPECT_FALSE(open(cipher, other, nonce, aad, sealed.ciphertext, sealed.tag)) << size;
    }
    if (size != nonce.size()) {
      EXPECT_THROW(seal(cipher, key, other, aad, {}), std::invalid_argument) << size;
      EXPECT_FALSE(open(cipher, key, other, aad, sealed.ciphertext, sealed.tag)) << size;
    }
  }
}

TEST_P(EveryCipher, SealsAlikeInEveryThread) {
  const Bytes plaintext = counted(100);
  const Sealed expected = seal(cipher, key, nonce, aad, plaintext);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < 100; ++round) {
        EXPECT_EQ(seal(cipher, key, nonce, aad, plaintext).tag, expected.tag);
        EXPECT_EQ(open(cipher, key, nonce, aad, expected.ciphertext, expected.tag), plaintext);
      }
    });
  for (std::thread& thread : threads) thread.join();
}

TEST(Sealing, KnowsNoOtherCiphers) {
  for (const std::uint16_t number : std::initializer_list<std::uint16_t>{0, 5, 0xffff}) {
    const Cipher unknown{number};
    EXPECT_EQ(key_size(unknown), 0U);
    EXPECT_EQ(nonce_size(unknown), 0U);
    EXPECT_THROW(seal(unknown, {}, {}, {}, {}), std::invalid_argument);
    EXPECT_FALSE(open(unknown, {}, {}, {}, {}, {}));
  }
}

}  // namespace
}  // namespace crypto
