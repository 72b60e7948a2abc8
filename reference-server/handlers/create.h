// [MS-SMB2] 3.3.5.9 Receiving an SMB2 CREATE Request
#pragma once

#include "reference-server/model/answer.h"
#include "reference-server/model/global.h"
#include "reference-server/model/request.h"

namespace reference {

// Opens files and directories of disk shares. There are no pipes; create contexts are passed over, so no Open
// is durable and none has a lease.
Answer create(Global& global, Connection& connection, Request& request);

}  // namespace reference
