// [MS-SMB2] 3.3.5.16 Receiving an SMB2 CANCEL Request
#pragma once

#include "reference-server/model/answer.h"
#include "reference-server/model/global.h"
#include "reference-server/model/request.h"

namespace reference {

// Every request is answered at once, so none is ever found.
Answer cancel(Global& global, Connection& connection, Request& request);

}  // namespace reference
