// [MS-SMB2] 2.2.28 SMB2 ECHO Request, 2.2.29 SMB2 ECHO Response
#pragma once

#include "harness/smb2/bare_body.h"

namespace smb2 {

struct EchoRequest : BareBody {};
struct EchoResponse : BareBody {};

}  // namespace smb2
