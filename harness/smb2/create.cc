#include "harness/smb2/create.h"

#include "harness/wire/codec.h"

namespace smb2 {

std::string_view CreateContext::kind() const {
  std::uint64_t letters = 0;
  for (const std::uint8_t letter : name) letters = letters << 8 | letter;
  return name.size() == 4 ? wire::name_of(create_context_names, letters) : std::string_view();
}

template <class V>
void describe(V& v, CreateContext& m) {
  v.value("Next", m.next);
  v.value("NameOffset", m.name_offset);
  v.value("NameLength", m.name_length);
  v.reserved("Reserved", m.reserved);
  v.value("DataOffset", m.data_offset);
  v.value("DataLength", m.data_length);
  v.window("Name", m.name, m.name_offset, m.name_length);
  v.window("Data", m.data, m.data_offset, m.data_length, 8);
}

template <class V>
void describe(V& v, CreateRequest& m) {
  v.constant("StructureSize", m.structure_size, std::uint16_t{57});
  v.reserved("SecurityFlags", m.security_flags);
  v.value("RequestedOplockLevel", m.requested_oplock_level);
  v.value("ImpersonationLevel", m.impersonation_level);
  v.reserved("SmbCreateFlags", m.smb_create_flags);
  v.reserved("Reserved", m.reserved);
  v.value("DesiredAccess", m.desired_access);
  v.value("FileAttributes", m.file_attributes);
  v.value("ShareAccess", m.share_access);
  v.value("CreateDisposition", m.create_disposition);
  v.value("CreateOptions", m.create_options);
  v.value("NameOffset", m.name_offset);
  v.value("NameLength", m.name_length);
  v.value("CreateContextsOffset", m.create_contexts_offset);
  v.value("CreateContextsLength", m.create_contexts_length);
  v.window("Buffer", m.name, m.name_offset, m.name_length);
  v.linked("CreateContexts", m.create_contexts, m.create_contexts_offset, m.create_contexts_length, 8);
}

template <class V>
void describe(V& v, CreateResponse& m) {
  v.constant("StructureSize", m.structure_size, std::uint16_t{89});
  v.value("OplockLevel", m.oplock_level);
  v.value("Flags", m.flags);
  v.value("CreateAction", m.create_action);
  v.value("CreationTime", m.creation_time);
  v.value("LastAccessTime", m.last_access_time);
  v.value("LastWriteTime", m.last_write_time);
  v.value("ChangeTime", m.change_time);
  v.value("AllocationSize", m.allocation_size);
  v.value("EndofFile", m.end_of_file);
  v.value("FileAttributes", m.file_attributes);
  v.value("Reserved2", m.reserved2);  // Windows leaves there what was there
  v.value("FileId", m.file_id);
  v.value("CreateContextsOffset", m.create_contexts_offset);
  v.value("CreateContextsLength", m.create_contexts_length);
  v.linked("CreateContexts", m.create_contexts, m.create_contexts_offset, m.create_contexts_length, 8);
}

template void describe(wire::Reader&, CreateRequest&);
template void describe(wire::Writer&, CreateRequest&);
template void describe(wire::Reader&, CreateResponse&);
template void describe(wire::Writer&, CreateResponse&);

}  // namespace smb2
