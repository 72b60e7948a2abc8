// [MS-SMB2] 3.3.5.2.7 Handling Compounded Requests: how a message comes apart into requests, and what related
// ones hand on to each other.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "reference-server/model/answer.h"
#include "reference-server/model/request.h"
#include "reference-server/quirks/quirks.h"

namespace reference {

struct Chain {
  std::vector<Request> requests;
  bool disconnect = false;  // once they are answered: what follows is shorter than a header (3.3.5.2.6)
};

// One whose NextCommand leads nowhere takes all the rest.
// `sealed_by`: the SessionId of the TRANSFORM_HEADER, 0 of what came in the open.
Chain chain_of(wire::View message, std::uint64_t sealed_by);

// 3.3.5.2.7.2
class Inheritance {
 public:
  explicit Inheritance(const Quirks& quirks) : quirks_(quirks) {}
  void pass_to(Request& request);
  void take_from(const Request& request, const Reply& reply);

 private:
  const Quirks& quirks_;
  std::uint64_t session_id_ = 0;
  std::uint32_t tree_id_ = 0;
  smb2::FileId file_id_{};
  bool has_file_id_ = false;
  smb2::NtStatus status_{};
  std::optional<smb2::NtStatus> broken_;  // fails all that follows
};

}  // namespace reference
