// [MS-SMB2] 3.3.5.5 Receiving an SMB2 SESSION_SETUP Request
#pragma once

#include "reference-server/model/answer.h"
#include "reference-server/model/global.h"
#include "reference-server/model/request.h"

namespace reference {

Answer session_setup(Global& global, Connection& connection, Request& request);

}  // namespace reference
