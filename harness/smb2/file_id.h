// [MS-SMB2] 2.2.14.1 SMB2_FILEID, as sixteen bytes of the wire: the persistent half, then the volatile one.
#pragma once

#include <array>
#include <cstdint>

namespace smb2 {

using FileId = std::array<std::uint8_t, 16>;

// What stands in the place of a FileId where there is no Open (3.3.5.15), and in related operations where the
// one of the operation before is meant (3.3.5.2.7.2).
inline constexpr FileId no_file_id = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

}  // namespace smb2
