#include "harness/smb2/write.h"

#include "harness/wire/codec.h"

namespace smb2 {

template <class V>
void describe(V& v, WriteRequest& m) {
  v.constant("StructureSize", m.structure_size, std::uint16_t{49});
  v.value("DataOffset", m.data_offset);
  v.value("Length", m.length);
  v.value("Offset", m.offset);
  v.value("FileId", m.file_id);
  v.value("Channel", m.channel);
  v.value("RemainingBytes", m.remaining_bytes);
  v.value("WriteChannelInfoOffset", m.write_channel_info_offset);
  v.value("WriteChannelInfoLength", m.write_channel_info_length);
  v.value("Flags", m.flags);
  v.window("Buffer", m.buffer, m.data_offset, m.length);
}

template <class V>
void describe(V& v, WriteResponse& m) {
  v.constant("StructureSize", m.structure_size, std::uint16_t{17});
  v.reserved("Reserved", m.reserved);
  v.value("Count", m.count);
  v.value("Remaining", m.remaining);
  v.reserved("WriteChannelInfoOffset", m.write_channel_info_offset);
  v.reserved("WriteChannelInfoLength", m.write_channel_info_length);
}

template void describe(wire::Reader&, WriteRequest&);
template void describe(wire::Writer&, WriteRequest&);
template void describe(wire::Reader&, WriteResponse&);
template void describe(wire::Writer&, WriteResponse&);

}  // namespace smb2
