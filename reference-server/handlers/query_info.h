// [MS-SMB2] 3.3.5.20 Receiving an SMB2 QUERY_INFO Request
#pragma once

#include "reference-server/model/answer.h"
#include "reference-server/model/global.h"
#include "reference-server/model/request.h"

namespace reference {

// Answers for the classes of files that the model has a value for, and for their security descriptor; others
// are not supported.
Answer query_info(Global& global, Connection& connection, Request& request);

}  // namespace reference
