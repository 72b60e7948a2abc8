// [MS-SMB2] 3.3.5.11 Receiving an SMB2 FLUSH Request
#pragma once

#include "reference-server/model/answer.h"
#include "reference-server/model/global.h"
#include "reference-server/model/request.h"

namespace reference {

Answer flush(Global& global, Connection& connection, Request& request);

}  // namespace reference
