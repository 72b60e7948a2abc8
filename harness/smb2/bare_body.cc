#include "harness/smb2/bare_body.h"

#include "harness/wire/codec.h"

namespace smb2 {

template <class V>
void describe(V& v, BareBody& m) {
  v.constant("StructureSize", m.structure_size, std::uint16_t{4});
  v.reserved("Reserved", m.reserved);
}

template void describe(wire::Reader&, BareBody&);
template void describe(wire::Writer&, BareBody&);

}  // namespace smb2
