#include "reference-server/model/session_keys.h"

#include <utility>

#include "harness/crypto/key_derivation.h"
#include "reference-server/model/protection.h"

namespace reference {

using smb2::Dialect;

void derive_keys(const Quirks& quirks, const Connection& connection, Session& session, wire::View full_key) {
  const auto key = crypto::session_key(full_key);
  session.session_key.assign(key.begin(), key.end());
  if (!smb2::is_3x(connection.dialect)) return;
  const bool is_3_1_1 = connection.dialect == Dialect::smb_3_1_1;
  const std::size_t cipher_key = can_encrypt(connection) ? crypto::key_size(cipher(connection)) : 0;
  const bool is_halved = cipher_key == 32 && quirks.has(Quirk::long_sealing_key_halved);
  const auto bits = static_cast<unsigned>(8 * (is_halved ? 16 : cipher_key));
  if (cipher_key == 32) session.full_session_key.assign(full_key.begin(), full_key.end());
  crypto::SessionKeys keys =
      is_3_1_1 ? crypto::session_keys_311(full_key, bits, session.preauth_integrity_hash_value.value())
               : crypto::session_keys_30(full_key);
  session.signing_key = std::move(keys.signing);
  session.application_key = std::move(keys.application);
  if (session.is_anonymous || session.is_guest || cipher_key == 0) return;
  session.encryption_key = std::move(keys.decryption);
  session.decryption_key = std::move(keys.encryption);
  if (is_halved) {
    session.encryption_key.resize(cipher_key);
    session.decryption_key.resize(cipher_key);
  }
  if (quirks.has(Quirk::sealing_keys_swapped)) std::swap(session.encryption_key, session.decryption_key);
}

wire::Bytes bound_signing_key(const Connection& connection, const crypto::PreauthIntegrity& preauth,
                              wire::View full_key) {
  return connection.dialect == Dialect::smb_3_1_1
             ? crypto::session_keys_311(full_key, 0, preauth.value()).signing
             : crypto::session_keys_30(full_key).signing;
}

}  // namespace reference
