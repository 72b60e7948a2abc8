// [MS-SMB2] 2.2.30 SMB2 CANCEL Request. It has no response of its own (3.3.5.16).
#pragma once

#include "harness/smb2/bare_body.h"

namespace smb2 {

struct CancelRequest : BareBody {};

}  // namespace smb2
