#include "harness/smb2/close.h"

#include "harness/wire/codec.h"

namespace smb2 {

template <class V>
void describe(V& v, CloseRequest& m) {
  v.constant("StructureSize", m.structure_size, std::uint16_t{24});
  v.value("Flags", m.flags);
  v.reserved("Reserved", m.reserved);
  v.value("FileId", m.file_id);
}

template <class V>
void describe(V& v, CloseResponse& m) {
  v.constant("StructureSize", m.structure_size, std::uint16_t{60});
  v.value("Flags", m.flags);
  v.reserved("Reserved", m.reserved);
  v.value("CreationTime", m.creation_time);
  v.value("LastAccessTime", m.last_access_time);
  v.value("LastWriteTime", m.last_write_time);
  v.value("ChangeTime", m.change_time);
  v.value("AllocationSize", m.allocation_size);
  v.value("EndofFile", m.end_of_file);
  v.value("FileAttributes", m.file_attributes);
}

template void describe(wire::Reader&, CloseRequest&);
template void describe(wire::Writer&, CloseRequest&);
template void describe(wire::Reader&, CloseResponse&);
template void describe(wire::Writer&, CloseResponse&);

}  // namespace smb2
