// [MS-SMB2] 3.3.1.9 Per Tree Connect
#pragma once

#include <cstdint>
#include <string>

#include "harness/smb2/access_mask.h"
#include "reference-server/model/time.h"

namespace reference {

struct TreeConnect {
  std::uint32_t tree_id = 0;
  std::string share;  // its key in ShareList
  Time creation_time{};
  smb2::AccessMask maximal_access{};
};

}  // namespace reference
