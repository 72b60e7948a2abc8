#include "harness/smb2/read.h"

#include "harness/wire/codec.h"

namespace smb2 {

template <class V>
void describe(V& v, ReadRequest& m) {
  v.constant("StructureSize", m.structure_size, std::uint16_t{49});
  v.value("Padding", m.padding);
  v.value("Flags", m.flags);
  v.value("Length", m.length);
  v.value("Offset", m.offset);
  v.value("FileId", m.file_id);
  v.value("MinimumCount", m.minimum_count);
  v.value("Channel", m.channel);
  v.value("RemainingBytes", m.remaining_bytes);
  v.value("ReadChannelInfoOffset", m.read_channel_info_offset);
  v.value("ReadChannelInfoLength", m.read_channel_info_length);
  v.rest("Buffer", m.buffer);
}

template <class V>
void describe(V& v, ReadResponse& m) {
  v.constant("StructureSize", m.structure_size, std::uint16_t{17});
  v.value("DataOffset", m.data_offset);
  v.value("Reserved", m.reserved);  // Windows has 1 there
  v.value("DataLength", m.data_length);
  v.value("DataRemaining", m.data_remaining);
  v.value("Flags", m.flags);
  v.window("Buffer", m.buffer, m.data_offset, m.data_length);
}

template void describe(wire::Reader&, ReadRequest&);
template void describe(wire::Writer&, ReadRequest&);
template void describe(wire::Reader&, ReadResponse&);
template void describe(wire::Writer&, ReadResponse&);

}  // namespace smb2
