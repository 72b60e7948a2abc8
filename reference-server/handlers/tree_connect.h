// [MS-SMB2] 3.3.5.7 Receiving an SMB2 TREE_CONNECT Request
#pragma once

#include "reference-server/model/answer.h"
#include "reference-server/model/global.h"
#include "reference-server/model/request.h"

namespace reference {

Answer tree_connect(Global& global, Connection& connection, Request& request);

}  // namespace reference
