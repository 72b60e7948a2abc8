// [MS-SMB2] 2.2.11 SMB2 TREE_DISCONNECT Request, 2.2.12 SMB2 TREE_DISCONNECT Response
#pragma once

#include "harness/smb2/bare_body.h"

namespace smb2 {

struct TreeDisconnectRequest : BareBody {};
struct TreeDisconnectResponse : BareBody {};

}  // namespace smb2
