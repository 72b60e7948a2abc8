// [MS-DTYP] 2.3.4.2 GUID, as sixteen bytes of the wire.
#pragma once

#include <array>
#include <cstdint>

namespace smb2 {

using Guid = std::array<std::uint8_t, 16>;

}  // namespace smb2
