// What the server makes of one request.
#pragma once

#include <variant>

#include "harness/smb2/message.h"

namespace reference {

// 3.3.4.3 with the body of the command, 3.3.4.4 with an ErrorResponse.
struct Reply {
  smb2::NtStatus status = smb2::NtStatus::success;
  smb2::Body body;
};
struct Silence {};     // CANCEL
struct Disconnect {};  // 3.3.7.1, without a reply

using Answer = std::variant<Reply, Silence, Disconnect>;

// 2.2.2: without ErrorData one byte stands in its place, as Windows up to Server 2016 (note 5 of Appendix A)
// and Samba have it; StructureSize 9 counts that byte.
inline Answer fail(smb2::NtStatus status) {
  return Reply{.status = status, .body = smb2::ErrorResponse{.padding = {0}}};
}

}  // namespace reference
