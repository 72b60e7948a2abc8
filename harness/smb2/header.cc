#include "harness/smb2/header.h"

#include "harness/wire/codec.h"

namespace smb2 {

template <class V>
void describe(V& v, Header& m) {
  v.constant("ProtocolId", m.protocol_id, protocol_id);
  v.constant("StructureSize", m.structure_size, std::uint16_t{64});
  v.value("CreditCharge", m.credit_charge);
  const auto status = v.overlay(4);
  v.value("Command", m.command);
  v.value("CreditRequest", m.credits);
  v.value("Flags", m.flags);
  v.within(status, [&] {
    if (m.is_response()) {
      v.value("Status", m.status);
    } else {
      v.value("ChannelSequence", m.channel_sequence);
      v.value("Reserved", m.channel_reserved);
    }
  });
  v.value("NextCommand", m.next_command);
  v.value("MessageId", m.message_id);
  if (m.is_async()) {
    v.value("AsyncId", m.async_id);
  } else {
    v.value("Reserved", m.reserved);
    v.value("TreeId", m.tree_id);
  }
  v.value("SessionId", m.session_id);
  v.value("Signature", m.signature);
}

std::uint32_t protocol_of(wire::View message) {
  std::uint32_t id = 0;
  for (std::size_t i = 0; i < sizeof(id) && i < message.size(); ++i)
    id |= std::uint32_t{message[i]} << (8 * i);
  return id;
}

template void describe(wire::Reader&, Header&);
template void describe(wire::Writer&, Header&);

}  // namespace smb2
