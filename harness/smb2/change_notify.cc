#include "harness/smb2/change_notify.h"

#include "harness/wire/codec.h"

namespace smb2 {

template <class V>
void describe(V& v, ChangeNotifyRequest& m) {
  v.constant("StructureSize", m.structure_size, std::uint16_t{32});
  v.value("Flags", m.flags);
  v.value("OutputBufferLength", m.output_buffer_length);
  v.value("FileId", m.file_id);
  v.value("CompletionFilter", m.completion_filter);
  v.reserved("Reserved", m.reserved);
}

template <class V>
void describe(V& v, ChangeNotifyResponse& m) {
  v.constant("StructureSize", m.structure_size, std::uint16_t{9});
  v.value("OutputBufferOffset", m.output_buffer_offset);
  v.value("OutputBufferLength", m.output_buffer_length);
  v.window("Buffer", m.buffer, m.output_buffer_offset, m.output_buffer_length);
}

template void describe(wire::Reader&, ChangeNotifyRequest&);
template void describe(wire::Writer&, ChangeNotifyRequest&);
template void describe(wire::Reader&, ChangeNotifyResponse&);
template void describe(wire::Writer&, ChangeNotifyResponse&);

}  // namespace smb2
