// [MS-SMB2] 3.3.5.19 Receiving an SMB2 CHANGE_NOTIFY Request
#pragma once

#include "reference-server/model/answer.h"
#include "reference-server/model/global.h"
#include "reference-server/model/request.h"

namespace reference {

// Waits until it is cancelled or its Open is closed: no change is reported yet.
Answer change_notify(Global& global, Connection& connection, Request& request);

}  // namespace reference
