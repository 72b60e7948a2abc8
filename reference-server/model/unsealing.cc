#include "reference-server/model/unsealing.h"

#include "harness/smb2/compound.h"
#include "harness/smb2/message.h"
#include "harness/smb2/transform_header.h"
#include "reference-server/model/chain.h"
#include "reference-server/model/protection.h"
#include "reference-server/model/sessions.h"

namespace reference {

using smb2::HeaderFlags;

std::optional<Unsealed> unseal(Global& global, const Connection& connection, wire::View message) {
  if (!can_encrypt(connection) || message.size() <= smb2::transform_header_size) return {};
  const auto transform = wire::decode<smb2::TransformHeader>(message).message;
  const Quirks& quirks = global.settings.quirks;
  const bool looks = !quirks.has(Quirk::sealed_flags_unchecked);
  if (looks && transform.flags != smb2::TransformFlags::encrypted) return {};
  const Session* session = find_session(global, connection, transform.session_id);
  if (session == nullptr || connection.constrained_connection) return {};
  if (connection.dialect == smb2::Dialect::smb_3_1_1 && quirks.has(Quirk::no_sealing_in_3_1_1)) return {};
  if (session->is_anonymous || session->is_guest || session->decryption_key.empty()) return {};
  const crypto::Cipher algorithm = cipher(connection);
  const wire::View nonce = wire::View(transform.nonce).first(crypto::nonce_size(algorithm));
  const wire::View associated = smb2::associated_data(message);
  auto opened = crypto::open(algorithm, session->decryption_key, nonce, associated,
                             transform.encrypted_message, transform.signature);
  // To encrypt once more is to decrypt, in both modes.
  if (!opened && quirks.has(Quirk::sealed_tag_unchecked)) {
    opened = crypto::seal(algorithm, session->decryption_key, nonce, associated, transform.encrypted_message)
                 .ciphertext;
  }
  if (!opened || transform.original_message_size.value != opened->size()) return {};
  if (opened->size() < smb2::header_size) return {};
  if (smb2::protocol_of(*opened) != smb2::protocol_id) return {};  // nothing is decompressed yet

  const Chain chain = chain_of(*opened, transform.session_id);
  for (const Request& request : chain.requests) {
    const bool related = smb2::has(request.header().flags, HeaderFlags::related_operations);
    if (request.first && related && !quirks.has(Quirk::sealed_related_first_refused)) return {};
    const bool is_another = !related && request.header().session_id != transform.session_id;
    const bool goes_on =
        quirks.has(Quirk::sealed_session_unchecked) || quirks.has(Quirk::sealed_sessions_mixed);
    if (is_another && !goes_on) return {};
    const bool aligned = request.header().next_command % smb2::compound_alignment == 0;
    if (!request.last && !aligned && !quirks.has(Quirk::compound_next_unaligned)) return {};
  }
  return Unsealed{*std::move(opened), transform.session_id};
}

}  // namespace reference
