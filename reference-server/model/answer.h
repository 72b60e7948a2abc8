// What the server makes of one request.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "harness/smb2/message.h"
#include "reference-server/model/protection.h"

namespace reference {

// Whose PreauthIntegrityHashValue takes in a response as it was sent.
enum class PreauthOf : std::uint8_t { nothing, connection, session, preauth_session };

// 3.3.4.3 with the body of the command, 3.3.4.4 with an ErrorResponse.
struct Reply {
  smb2::NtStatus status = smb2::NtStatus::success;
  smb2::Body body;
  std::optional<std::uint64_t> session_id;  // that SESSION_SETUP made; else the request's
  std::optional<std::uint32_t> tree_id;     // that TREE_CONNECT made
  std::optional<SigningKey> signing;        // of what is signed whether the request was or not
  PreauthOf preauth = PreauthOf::nothing;
};
// 3.3.4.2: an interim response now, and the other when something completes it.
struct Pending {
  std::uint64_t open;  // Request.Open: its key in GlobalOpenTable
};
struct Silence {};     // CANCEL
struct Disconnect {};  // 3.3.7.1, without a reply

// 3.3.4.4: those others are answered with the body of their command.
inline bool failed(smb2::NtStatus status) {
  using enum smb2::NtStatus;
  return status != success && status != pending && status != more_processing_required &&
         status != buffer_overflow;
}

using Answer = std::variant<Reply, Pending, Silence, Disconnect>;

// What Samba says of a name that does not convert; no rule of the specification leads to it.
inline constexpr smb2::NtStatus illegal_character{0xc0000161};

// 2.2.2: without ErrorData one byte stands in its place, as Windows up to Server 2016 (note 5 of Appendix A)
// and Samba have it; StructureSize 9 counts that byte.
inline Answer fail(smb2::NtStatus status) {
  return Reply{.status = status, .body = smb2::ErrorResponse{.padding = {0}}};
}

}  // namespace reference
