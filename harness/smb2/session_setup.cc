#include "harness/smb2/session_setup.h"

#include "harness/wire/codec.h"

namespace smb2 {

template <class V>
void describe(V& v, SessionSetupRequest& m) {
  v.constant("StructureSize", m.structure_size, std::uint16_t{25});
  v.value("Flags", m.flags);
  v.value("SecurityMode", m.security_mode);
  v.value("Capabilities", m.capabilities);
  v.reserved("Channel", m.channel);
  v.value("SecurityBufferOffset", m.security_buffer_offset);
  v.value("SecurityBufferLength", m.security_buffer_length);
  v.value("PreviousSessionId", m.previous_session_id);
  v.window("Buffer", m.buffer, m.security_buffer_offset, m.security_buffer_length);
}

template <class V>
void describe(V& v, SessionSetupResponse& m) {
  v.constant("StructureSize", m.structure_size, std::uint16_t{9});
  v.value("SessionFlags", m.session_flags);
  v.value("SecurityBufferOffset", m.security_buffer_offset);
  v.value("SecurityBufferLength", m.security_buffer_length);
  v.window("Buffer", m.buffer, m.security_buffer_offset, m.security_buffer_length);
}

template void describe(wire::Reader&, SessionSetupRequest&);
template void describe(wire::Writer&, SessionSetupRequest&);
template void describe(wire::Reader&, SessionSetupResponse&);
template void describe(wire::Writer&, SessionSetupResponse&);

}  // namespace smb2
