#include "harness/crypto/key_derivation.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "harness/crypto/known_answers.h"

namespace crypto {
namespace {

using wire::to_hex;
using namespace std::string_view_literals;

// The known answers are Microsoft's: "SMB 2 and SMB 3 security in Windows 10: the anatomy of signing and
// cryptographic keys" (the multichannel examples), "Encryption in SMB 3.0: A protocol perspective" and "SMB
// 3.1.1 Encryption in Windows 10".

const Bytes preauth_hash =
    hex("0DD13628CC3ED218EF9DF9772D436D0887AB9814BFAE63A80AA845F36909DB79"
        "28622DDDAD522D9751640A459762C5A9D6BB084CBB3CE6BDADEF5D5BCE3C6C01");

TEST(KeyDerivation, Derives30KeysAsMicrosoftsMultichannelExample) {
  const SessionKeys keys = session_keys_30(hex("7CD451825D0450D235424E44BA6E78CC"));
  EXPECT_EQ(to_hex(keys.signing), "0b7e9c5cac36c0f6ea9ab275298cedce");
  EXPECT_EQ(to_hex(keys.application), "bb23a4575aa26c721af525af15a87b4f");
  EXPECT_EQ(to_hex(keys.encryption), "fad27796665b313ebb578f388632b4f7");
  EXPECT_EQ(to_hex(keys.decryption), "b0f0427f7ceb416d1d9dcc0cd4f99447");
  EXPECT_EQ(to_hex(session_keys_30(hex("4E01A2B313BCF660CC250BEF021AEDE6")).signing),
            "ba1a17dbbfec349bca105563d598952f")
      << "of the second channel";
}

TEST(KeyDerivation, Derives30KeysAsMicrosoftsEncryptionExample) {
  const SessionKeys keys = session_keys_30(hex("B4546771B515F766A86735532DD6C4F0"));
  EXPECT_EQ(to_hex(keys.signing), "f773cd23c18fd1e08ee510cada7cf852");
  EXPECT_EQ(to_hex(keys.application), "77432f808ce99156b5bc6a3676d730d1");
  EXPECT_EQ(to_hex(keys.encryption), "261b72350558f2e9dcf613070383edbf");
  EXPECT_EQ(to_hex(keys.decryption), "8fe2b57ec34d2db5b1a9727f526bbdb5");
}

TEST(KeyDerivation, Derives311KeysAsMicrosoftsMultichannelExample) {
  const SessionKeys keys = session_keys_311(hex("270E1BA896585EEB7AF3472D3B4C75A7"), 128, preauth_hash);
  EXPECT_EQ(to_hex(keys.signing), "73fe7a9a77bef0bde49c650d8ccb5f76");
  EXPECT_EQ(to_hex(keys.application), "6d7ad7954e9ec61e907b4d473dc178ff");
  EXPECT_EQ(to_hex(keys.encryption), "629bcbc54422a0f572b97f45989b6073");
  EXPECT_EQ(to_hex(keys.decryption), "e2af0dcefac68da71a0dfbd0d1350d74");
  const Bytes binding_hash =
      hex("EA3BF912B11CBFEC5B1889E8209614218687F82FA5294521AD3063425E49E88A"
          "10BD022124CE25123BC9111F52D9566BA88BF46344E6063DC5E3FF0389026F6C");
  EXPECT_EQ(to_hex(session_keys_311(hex("84B9DBB730116A8FA6E9889555C265F9"), 0, binding_hash).signing),
            "c962bca1a9dd1697b030644199705431")
      << "of the second channel";
}

TEST(KeyDerivation, Derives311KeysAsMicrosoftsEncryptionExample) {
  const Bytes hash =
      hex("B23F3CBFD69487D9832B79B1594A367CDD950909B774C3A4C412B4FCEA9EDDDB"
          "A7DB256BA2EA30E977F11F9B113247578E0E915C6D2A513B8F2FCA5707DC8770");
  const SessionKeys keys = session_keys_311(hex("419FDDF34C1E001909D362AE7FB6AF79"), 128, hash);
  EXPECT_EQ(to_hex(keys.encryption), "a2f5e80e5d59103034f32e52f698e5ec");
  EXPECT_EQ(to_hex(keys.decryption), "748c50868c90f302962a5c35f5f9a8bf");
}

TEST(KeyDerivation, UsesTheSessionKeyItselfFor2x) {
  const SessionKeys keys = session_keys_2x(hex("270E1BA896585EEB7AF3472D3B4C75A7"));
  EXPECT_EQ(to_hex(keys.signing), "270e1ba896585eeb7af3472d3b4c75a7");
  EXPECT_EQ(keys.application, keys.signing);
  EXPECT_TRUE(keys.encryption.empty());
  EXPECT_TRUE(keys.decryption.empty());
}

TEST(KeyDerivation, CutsOrPadsTheSessionKeyTo16Bytes) {
  EXPECT_EQ(to_hex(session_key({})), "00000000000000000000000000000000");
  EXPECT_EQ(to_hex(session_key(hex("0102030405060708"))), "01020304050607080000000000000000");
  EXPECT_EQ(to_hex(session_key(hex("0102030405060708090a0b0c0d0e0f101112"))),
            "0102030405060708090a0b0c0d0e0f10");
}

TEST(KeyDerivation, OnlyAes256KeysComeFromTheFullSessionKey) {
  const Bytes full = hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  const View first16 = View(full).first(16);
  const SessionKeys of_full = session_keys_311(full, 256, preauth_hash);
  const SessionKeys of_first16 = session_keys_311(first16, 256, preauth_hash);
  EXPECT_EQ(of_full.signing, of_first16.signing);
  EXPECT_EQ(of_full.application, of_first16.application);
  EXPECT_EQ(of_full.encryption.size(), 32U);
  EXPECT_EQ(of_full.encryption, derive_key(full, "SMBC2SCipherKey\0"sv, preauth_hash, 256));
  EXPECT_NE(of_full.encryption, of_first16.encryption);
  EXPECT_EQ(session_keys_311(full, 128, preauth_hash).encryption,
            session_keys_311(first16, 128, preauth_hash).encryption);
}

TEST(KeyDerivation, DerivesNoCipherKeysWhereNoCipherWasAgreedOn) {
  const SessionKeys keys = session_keys_311(Bytes(16, 1), 0, preauth_hash);
  EXPECT_EQ(keys.signing.size(), 16U);
  EXPECT_TRUE(keys.encryption.empty());
  EXPECT_TRUE(keys.decryption.empty());
}

TEST(KeyDerivation, DerivesWholeBytesUpToOneBlock) {
  EXPECT_EQ(derive_key({}, {}, {}, 256).size(), 32U);
  EXPECT_TRUE(derive_key({}, {}, {}, 0).empty());
  EXPECT_THROW(derive_key({}, {}, {}, 264), std::invalid_argument);
  EXPECT_THROW(derive_key({}, {}, {}, 127), std::invalid_argument);
}

}  // namespace
}  // namespace crypto
