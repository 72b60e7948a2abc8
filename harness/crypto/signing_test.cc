#include "harness/crypto/signing.h"

#include <gtest/gtest.h>

#include <map>
#include <stdexcept>
#include <thread>
#include <vector>

#include "harness/crypto/known_answers.h"

namespace crypto {
namespace {

using wire::Bytes;
using wire::to_hex;

constexpr SigningNonce no_nonce{};

std::string signature(SigningAlgorithm algorithm, View key, View message,
                      const SigningNonce& nonce = no_nonce) {
  return to_hex(sign(algorithm, key, nonce, std::span(&message, 1)));
}

const Bytes key = hex("2b7e151628aed2a6abf7158809cf4f3c");
const Bytes message =
    hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f"
        "2445df4f"
        "9b17ad2b417be66c3710");

TEST(Signing, HmacSha256IsThatOfRfc4231CutTo16Bytes) {
  constexpr auto algorithm = SigningAlgorithm::hmac_sha256;
  EXPECT_EQ(signature(algorithm, Bytes(20, 0x0b), text("Hi There")), "b0344c61d8db38535ca8afceaf0bf12b");
  EXPECT_EQ(signature(algorithm, text("Jefe"), text("what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c7");
  EXPECT_EQ(signature(algorithm, Bytes(20, 0xaa), Bytes(50, 0xdd)), "773ea91e36800e46854db8ebd09181a7");
  EXPECT_EQ(signature(algorithm, hex("0102030405060708090a0b0c0d0e0f10111213141516171819"), Bytes(50, 0xcd)),
            "82558a389a443c0ea4cc819899f2083a");
  EXPECT_EQ(signature(algorithm, Bytes(20, 0x0c), text("Test With Truncation")),
            "a3b6167473100ee06e0c796c2955552b");
  EXPECT_EQ(
      signature(algorithm, Bytes(131, 0xaa), text("Test Using Larger Than Block-Size Key - Hash Key First")),
      "60e431591ee0b67f0d8a26aacbf5b77f");
}

TEST(Signing, AesCmacIsThatOfRfc4493) {
  constexpr auto algorithm = SigningAlgorithm::aes_cmac;
  EXPECT_EQ(signature(algorithm, key, {}), "bb1d6929e95937287fa37d129b756746");
  EXPECT_EQ(signature(algorithm, key, View(message).first(16)), "070a16b46b4d4144f79bdd9dd04a287c");
  EXPECT_EQ(signature(algorithm, key, View(message).first(40)), "dfa66747de9ae63030ca32611497c827");
  EXPECT_EQ(signature(algorithm, key, message), "51f0bebf7e3b9d92fc49741779363cfe");
}

TEST(Signing, AesGmacIsThatOfTheGcmSpecificationAndNist) {
  constexpr auto algorithm = SigningAlgorithm::aes_gmac;
  EXPECT_EQ(signature(algorithm, Bytes(16, 0), {}), "58e2fccefa7e3061367f1d57a4e7455a");
  SigningNonce nonce;
  std::ranges::copy(hex("e0e00f19fed7ba0136a797f3"), nonce.begin());
  EXPECT_EQ(signature(algorithm, hex("77be63708971c4e240d1cb79e8d77feb"),
                      hex("7a43ec1d9c0a5a78a0b16533a6213cab"), nonce),
            "209fcc8d3675ed938e9c7166709dd946");
}

TEST(Signing, AgreesWithWycheproof) {
  const std::map<std::string, SigningAlgorithm> algorithms = {{"hmac-sha256", SigningAlgorithm::hmac_sha256},
                                                              {"aes-cmac", SigningAlgorithm::aes_cmac},
                                                              {"aes-gmac", SigningAlgorithm::aes_gmac}};
  for (const auto& row : known_answers("wycheproof-mac.txt")) {
    SigningNonce nonce{};
    std::ranges::copy(hex(row[2]), nonce.begin());
    EXPECT_EQ(signature(algorithms.at(row[0]), hex(row[1]), hex(row[3]), nonce), row[4]) << row[0];
  }
}

class EveryAlgorithm : public testing::TestWithParam<SigningAlgorithm> {};
INSTANTIATE_TEST_SUITE_P(Signing, EveryAlgorithm,
                         testing::Values(SigningAlgorithm::hmac_sha256, SigningAlgorithm::aes_cmac,
                                         SigningAlgorithm::aes_gmac));

TEST_P(EveryAlgorithm, SignsPartsAsOneMessage) {
  const std::string whole = signature(GetParam(), key, message);
  const View view = message;
  for (std::size_t cut = 0; cut <= view.size(); ++cut) {
    const View parts[] = {view.first(cut), {}, view.subspan(cut)};
    EXPECT_EQ(to_hex(sign(GetParam(), key, no_nonce, parts)), whole) << cut;
  }
}

TEST_P(EveryAlgorithm, SignsNoPartsAsTheEmptyMessage) {
  EXPECT_EQ(to_hex(sign(GetParam(), key, no_nonce, {})), signature(GetParam(), key, {}));
}

TEST_P(EveryAlgorithm, RemembersNothingOfTheKeyBefore) {
  const std::string first = signature(GetParam(), key, message);
  EXPECT_NE(signature(GetParam(), Bytes(16, 1), message), first);
  EXPECT_EQ(signature(GetParam(), key, message), first);
}

TEST_P(EveryAlgorithm, SignsAlikeInEveryThread) {
  const std::string expected = signature(GetParam(), key, message);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < 100; ++round) EXPECT_EQ(signature(GetParam(), key, message), expected);
    });
  for (std::thread& thread : threads) thread.join();
}

TEST(Signing, OnlyAesGmacTakesANonceIntoAccount) {
  const SigningNonce other = {1};
  EXPECT_EQ(signature(SigningAlgorithm::hmac_sha256, key, message, other),
            signature(SigningAlgorithm::hmac_sha256, key, message));
  EXPECT_EQ(signature(SigningAlgorithm::aes_cmac, key, message, other),
            signature(SigningAlgorithm::aes_cmac, key, message));
  EXPECT_NE(signature(SigningAlgorithm::aes_gmac, key, message, other),
            signature(SigningAlgorithm::aes_gmac, key, message));
}

TEST(Signing, AnEmptyHmacKeyIsAKeyAndNotTheOneBefore) {
  signature(SigningAlgorithm::hmac_sha256, key, message);
  EXPECT_EQ(signature(SigningAlgorithm::hmac_sha256, {}, {}), "b613679a0814d9ec772f95d778c35fc5");
}

TEST(Signing, RefusesAesKeysOfAnotherSizeAndUnknownAlgorithms) {
  for (const std::size_t size : std::initializer_list<std::size_t>{0, 1, 15, 17, 24, 32}) {
    const Bytes wrong(size, 7);
    EXPECT_THROW(signature(SigningAlgorithm::aes_cmac, wrong, message), std::invalid_argument) << size;
    EXPECT_THROW(signature(SigningAlgorithm::aes_gmac, wrong, message), std::invalid_argument) << size;
  }
  EXPECT_THROW(signature(SigningAlgorithm{3}, key, message), std::invalid_argument);
}

}  // namespace
}  // namespace crypto
