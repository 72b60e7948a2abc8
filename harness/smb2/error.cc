#include "harness/smb2/error.h"

#include "harness/wire/codec.h"

namespace smb2 {

template <class V>
void describe(V& v, ErrorContext& m) {
  v.value("ErrorDataLength", m.error_data_length);
  v.value("ErrorId", m.error_id);
  v.choose("ErrorContextData", m.data, m.error_id == ErrorId::share_redirect ? 0u : 1u, m.error_data_length);
}

template <class V>
void describe(V& v, ErrorResponse& m) {
  v.constant("StructureSize", m.structure_size, std::uint16_t{9});
  v.value("ErrorContextCount", m.error_context_count);
  v.reserved("Reserved", m.reserved);
  v.value("ByteCount", m.byte_count);
  if (m.error_context_count.value != 0 || !m.error_contexts.empty()) {
    v.sequence("ErrorContextList", m.error_contexts, m.error_context_count, m.byte_count, 8);
  } else {
    v.bytes("ErrorData", m.error_data, m.byte_count);
  }
  v.rest("Padding", m.padding);
}

template void describe(wire::Reader&, ErrorResponse&);
template void describe(wire::Writer&, ErrorResponse&);

}  // namespace smb2
