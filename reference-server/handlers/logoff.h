// [MS-SMB2] 3.3.5.6 Receiving an SMB2 LOGOFF Request
#pragma once

#include "reference-server/model/answer.h"
#include "reference-server/model/global.h"
#include "reference-server/model/request.h"

namespace reference {

Answer logoff(Global& global, Connection& connection, Request& request);

}  // namespace reference
