// Which of SessionId, TreeId and FileId a request works with. [MS-SMB2] 3.3.5.2.7.2, 3.3.5.2.9, 3.3.5.2.11
#pragma once

#include "reference-server/model/request.h"

namespace reference {

bool needs_session(const Request& request);

bool needs_tree_connect(const Request& request);

// That of an Open which exists already; not so FSCTLs that work without one (3.3.5.15).
bool needs_file_id(const Request& request);

// Where it stands in a request, in bytes from the SMB2 header.
std::size_t file_id_offset(smb2::Command command);

}  // namespace reference
