#include "harness/smb2/tree_connect.h"

#include "harness/wire/codec.h"

namespace smb2 {

bool TreeConnectRequest::has_extension() const {
  return has(flags, TreeConnectFlags::extension_present) || !tree_connect_contexts.empty();
}

template <class V>
void describe(V& v, TreeConnectContext& m) {
  v.value("ContextType", m.type);
  v.value("DataLength", m.data_length);
  v.reserved("Reserved", m.reserved);
  v.choose("Data", m.data, m.type == TreeConnectContextType::remoted_identity ? 0u : 1u, m.data_length);
}

template <class V>
void describe(V& v, TreeConnectRequest& m) {
  v.constant("StructureSize", m.structure_size, std::uint16_t{9});
  v.value("Flags", m.flags);
  v.value("PathOffset", m.path_offset);
  v.value("PathLength", m.path_length);
  if (!m.has_extension()) {
    v.window("Buffer", m.path, m.path_offset, m.path_length);
    return;
  }
  v.value("TreeConnectContextOffset", m.tree_connect_context_offset);
  v.value("TreeConnectContextCount", m.tree_connect_context_count);
  v.reserved("Reserved", m.reserved);
  v.window("PathName", m.path, m.path_offset, m.path_length);
  v.chain("TreeConnectContexts", m.tree_connect_contexts, m.tree_connect_context_offset,
          m.tree_connect_context_count, 8);
}

template <class V>
void describe(V& v, TreeConnectResponse& m) {
  v.constant("StructureSize", m.structure_size, std::uint16_t{16});
  v.value("ShareType", m.share_type);
  v.reserved("Reserved", m.reserved);
  v.value("ShareFlags", m.share_flags);
  v.value("Capabilities", m.capabilities);
  v.value("MaximalAccess", m.maximal_access);
}

template void describe(wire::Reader&, TreeConnectRequest&);
template void describe(wire::Writer&, TreeConnectRequest&);
template void describe(wire::Reader&, TreeConnectResponse&);
template void describe(wire::Writer&, TreeConnectResponse&);

}  // namespace smb2
