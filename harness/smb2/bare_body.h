// The body of messages that say nothing beyond their header: LOGOFF, TREE_DISCONNECT, CANCEL, ECHO.
#pragma once

#include <cstdint>

#include "harness/wire/derived.h"

namespace smb2 {

struct BareBody {
  wire::Derived<std::uint16_t> structure_size;
  std::uint16_t reserved = 0;
};

template <class V>
void describe(V& v, BareBody& m);

}  // namespace smb2
