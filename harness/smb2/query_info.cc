#include "harness/smb2/query_info.h"

#include "harness/wire/codec.h"

namespace smb2 {

template <class V>
void describe(V& v, QueryInfoRequest& m) {
  v.constant("StructureSize", m.structure_size, std::uint16_t{41});
  v.value("InfoType", m.info_type);
  v.value("FileInfoClass", m.file_info_class);
  v.value("OutputBufferLength", m.output_buffer_length);
  v.value("InputBufferOffset", m.input_buffer_offset);
  v.reserved("Reserved", m.reserved);
  v.value("InputBufferLength", m.input_buffer_length);
  v.value("AdditionalInformation", m.additional_information);
  v.value("Flags", m.flags);
  v.value("FileId", m.file_id);
  v.window("Buffer", m.buffer, m.input_buffer_offset, m.input_buffer_length);
}

template <class V>
void describe(V& v, QueryInfoResponse& m) {
  v.constant("StructureSize", m.structure_size, std::uint16_t{9});
  v.value("OutputBufferOffset", m.output_buffer_offset);
  v.value("OutputBufferLength", m.output_buffer_length);
  v.window("Buffer", m.buffer, m.output_buffer_offset, m.output_buffer_length);
}

template void describe(wire::Reader&, QueryInfoRequest&);
template void describe(wire::Writer&, QueryInfoRequest&);
template void describe(wire::Reader&, QueryInfoResponse&);
template void describe(wire::Writer&, QueryInfoResponse&);

}  // namespace smb2
