#include "harness/smb2/transform_header.h"

#include "harness/wire/codec.h"

namespace smb2 {

template <class V>
void describe(V& v, TransformHeader& m) {
  v.constant("ProtocolId", m.protocol_id, transform_protocol_id);
  v.value("Signature", m.signature);
  v.value("Nonce", m.nonce);
  v.value("OriginalMessageSize", m.original_message_size);
  v.reserved("Reserved", m.reserved);
  v.value("Flags", m.flags);
  v.value("SessionId", m.session_id);
  const auto start = v.mark();
  v.rest("EncryptedMessage", m.encrypted_message);
  v.extent("OriginalMessageSize", m.original_message_size, start);
}

template void describe(wire::Reader&, TransformHeader&);
template void describe(wire::Writer&, TransformHeader&);

wire::View associated_data(wire::View transformed) {
  constexpr std::size_t nonce = sizeof(transform_protocol_id) + sizeof(TransformHeader::signature);
  if (transformed.size() < transform_header_size) return {};
  return transformed.subspan(nonce, transform_header_size - nonce);
}

}  // namespace smb2
