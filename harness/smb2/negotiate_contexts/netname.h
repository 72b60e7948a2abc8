// [MS-SMB2] 2.2.3.1.4 SMB2_NETNAME_NEGOTIATE_CONTEXT_ID
#pragma once

#include <cstdint>
#include <vector>

#include "harness/smb2/flags.h"
#include "harness/wire/derived.h"
#include "harness/wire/value.h"

namespace smb2 {

struct NetnameNegotiateContextId {
  wire::Utf16 net_name;
};

template <class V>
void describe(V& v, NetnameNegotiateContextId& m) {
  v.rest("NetName", m.net_name);
}

}  // namespace smb2
