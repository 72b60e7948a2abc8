// [MS-SMB2] 3.3.5.17 Receiving an SMB2 ECHO Request
#pragma once

#include "reference-server/model/answer.h"
#include "reference-server/model/global.h"
#include "reference-server/model/request.h"

namespace reference {

Answer echo(Global& global, Connection& connection, Request& request);

}  // namespace reference
