#include "harness/smb2/negotiate.h"

#include <algorithm>

#include "harness/wire/codec.h"

namespace smb2 {

bool NegotiateRequest::speaks_of_contexts() const {
  return std::ranges::find(dialects, Dialect::smb_3_1_1) != dialects.end() || !negotiate_contexts.empty() ||
         negotiate_context_offset.forced || negotiate_context_count.forced || reserved2 != 0;
}

template <class V>
void describe(V& v, NegotiateRequest& m) {
  v.constant("StructureSize", m.structure_size, std::uint16_t{36});
  v.value("DialectCount", m.dialect_count);
  v.value("SecurityMode", m.security_mode);
  v.reserved("Reserved", m.reserved);
  v.value("Capabilities", m.capabilities);
  v.value("ClientGuid", m.client_guid);
  const auto start_time_or_contexts = v.overlay(8);
  v.array("Dialects", m.dialects, m.dialect_count);
  const bool contexts = m.speaks_of_contexts();
  v.within(start_time_or_contexts, [&] {
    if (contexts) {
      v.value("NegotiateContextOffset", m.negotiate_context_offset);
      v.value("NegotiateContextCount", m.negotiate_context_count);
      v.reserved("Reserved2", m.reserved2);
    } else {
      v.value("ClientStartTime", m.client_start_time);
    }
  });
  if (contexts) {
    v.chain("NegotiateContextList", m.negotiate_contexts, m.negotiate_context_offset,
            m.negotiate_context_count, 8);
  }
}

template <class V>
void describe(V& v, NegotiateResponse& m) {
  v.constant("StructureSize", m.structure_size, std::uint16_t{65});
  v.value("SecurityMode", m.security_mode);
  v.value("DialectRevision", m.dialect_revision);
  v.value("NegotiateContextCount", m.negotiate_context_count);
  v.value("ServerGuid", m.server_guid);
  v.value("Capabilities", m.capabilities);
  v.value("MaxTransactSize", m.max_transact_size);
  v.value("MaxReadSize", m.max_read_size);
  v.value("MaxWriteSize", m.max_write_size);
  v.value("SystemTime", m.system_time);
  v.value("ServerStartTime", m.server_start_time);
  v.value("SecurityBufferOffset", m.security_buffer_offset);
  v.value("SecurityBufferLength", m.security_buffer_length);
  v.value("NegotiateContextOffset", m.negotiate_context_offset);
  v.window("Buffer", m.buffer, m.security_buffer_offset, m.security_buffer_length);
  // Below 3.1.1 both numbers are reserved and servers put anything there.
  if (m.dialect_revision == Dialect::smb_3_1_1 || !m.negotiate_contexts.empty()) {
    v.chain("NegotiateContextList", m.negotiate_contexts, m.negotiate_context_offset,
            m.negotiate_context_count, 8);
  }
}

template void describe(wire::Reader&, NegotiateRequest&);
template void describe(wire::Writer&, NegotiateRequest&);
template void describe(wire::Reader&, NegotiateResponse&);
template void describe(wire::Writer&, NegotiateResponse&);

}  // namespace smb2
