// [MS-SMB2] 2.2.17 SMB2 FLUSH Request, 2.2.18 SMB2 FLUSH Response
#pragma once

#include <cstdint>

#include "harness/smb2/bare_body.h"
#include "harness/smb2/file_id.h"

namespace smb2 {

struct FlushRequest {
  wire::Derived<std::uint16_t> structure_size;
  std::uint16_t reserved1 = 0;
  std::uint32_t reserved2 = 0;
  FileId file_id{};
};

struct FlushResponse : BareBody {};

template <class V>
void describe(V& v, FlushRequest& m);

}  // namespace smb2
