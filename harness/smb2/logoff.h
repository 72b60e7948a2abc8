// [MS-SMB2] 2.2.7 SMB2 LOGOFF Request, 2.2.8 SMB2 LOGOFF Response
#pragma once

#include "harness/smb2/bare_body.h"

namespace smb2 {

struct LogoffRequest : BareBody {};
struct LogoffResponse : BareBody {};

}  // namespace smb2
