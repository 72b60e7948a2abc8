#include "harness/smb2/ioctl.h"

#include "harness/wire/codec.h"

namespace smb2 {
namespace {

// The alternative of IoctlInput and IoctlOutput.
constexpr std::size_t alternative_of(CtlCode code) {
  switch (code) {
    case CtlCode::validate_negotiate_info:
      return 0;
    default:
      return 1;
  }
}

}  // namespace

template <class V>
void describe(V& v, IoctlRequest& m) {
  v.constant("StructureSize", m.structure_size, std::uint16_t{57});
  v.reserved("Reserved", m.reserved);
  v.value("CtlCode", m.ctl_code);
  v.value("FileId", m.file_id);
  v.value("InputOffset", m.input_offset);
  v.value("InputCount", m.input_count);
  v.value("MaxInputResponse", m.max_input_response);
  v.value("OutputOffset", m.output_offset);
  v.value("OutputCount", m.output_count);
  v.value("MaxOutputResponse", m.max_output_response);
  v.value("Flags", m.flags);
  v.reserved("Reserved2", m.reserved2);
  v.window("InputBuffer", m.input, alternative_of(m.ctl_code), m.input_offset, m.input_count, 8);
  v.window("OutputBuffer", m.output, m.output_offset, m.output_count);
}

template <class V>
void describe(V& v, IoctlResponse& m) {
  v.constant("StructureSize", m.structure_size, std::uint16_t{49});
  v.reserved("Reserved", m.reserved);
  v.value("CtlCode", m.ctl_code);
  v.value("FileId", m.file_id);
  v.value("InputOffset", m.input_offset);
  v.value("InputCount", m.input_count);
  v.value("OutputOffset", m.output_offset);
  v.value("OutputCount", m.output_count);
  v.reserved("Flags", m.flags);
  v.reserved("Reserved2", m.reserved2);
  v.window("InputBuffer", m.input, m.input_offset, m.input_count);
  v.window("OutputBuffer", m.output, alternative_of(m.ctl_code), m.output_offset, m.output_count, 8);
}

template void describe(wire::Reader&, IoctlRequest&);
template void describe(wire::Writer&, IoctlRequest&);
template void describe(wire::Reader&, IoctlResponse&);
template void describe(wire::Writer&, IoctlResponse&);

}  // namespace smb2
