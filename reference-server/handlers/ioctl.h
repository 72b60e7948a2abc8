// [MS-SMB2] 3.3.5.15 Receiving an SMB2 IOCTL Request
#pragma once

#include "harness/smb2/fsctl/fsctl.h"
#include "reference-server/model/answer.h"
#include "reference-server/model/global.h"
#include "reference-server/model/request.h"

namespace reference {

// Whether an FSCTL works without an Open, so that its FileId is all ones.
bool has_no_file_id(smb2::CtlCode code);

Answer ioctl(Global& global, Connection& connection, Request& request);

}  // namespace reference
