#include "harness/smb2/flush.h"

#include "harness/wire/codec.h"

namespace smb2 {

template <class V>
void describe(V& v, FlushRequest& m) {
  v.constant("StructureSize", m.structure_size, std::uint16_t{24});
  v.reserved("Reserved1", m.reserved1);
  v.reserved("Reserved2", m.reserved2);
  v.value("FileId", m.file_id);
}

template void describe(wire::Reader&, FlushRequest&);
template void describe(wire::Writer&, FlushRequest&);

}  // namespace smb2
