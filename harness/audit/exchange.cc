#include "harness/audit/exchange.h"

namespace audit {

using smb2::Command;
using smb2::NtStatus;

// An IOCTL may fail with a body of its own (FSCTL_SRV_COPYCHUNK), so it is left out; warnings (0x8…) are no
// failures here, several come with data.
bool Exchange::is_failure() const {
  constexpr std::uint32_t error_severity = 0xc0000000;
  const bool continues =
      header().command == Command::session_setup && header().status == NtStatus::more_processing_required;
  return header().is_response() &&
         (static_cast<std::uint32_t>(header().status) & error_severity) == error_severity && !continues &&
         header().command != Command::ioctl;
}

bool Exchange::is_interim() const { return header().is_response() && header().status == NtStatus::pending; }

bool Exchange::is_unsolicited() const {
  constexpr std::uint64_t no_request = ~std::uint64_t{0};
  switch (header().command) {
    case Command::oplock_break:
    case Command::server_to_client_notification:
      return header().message_id == no_request;
    case Command::cancel:
      return connection.sent_cancel;
    default:
      return false;
  }
}

bool Exchange::was_answered() const {
  return request == nullptr && connection.answered.contains(header().message_id);
}

const smb2::NegotiateResponse* Exchange::negotiate() const {
  return std::get_if<smb2::NegotiateResponse>(&response.body);
}

const smb2::ErrorResponse* Exchange::error() const {
  return is_failure() ? std::get_if<smb2::ErrorResponse>(&response.body) : nullptr;
}

const smb2::SessionSetupResponse* Exchange::session_setup() const {
  return std::get_if<smb2::SessionSetupResponse>(&response.body);
}

const smb2::NegotiateRequest* Exchange::offer() const {
  return request != nullptr && request->well_formed && request->negotiate ? &*request->negotiate : nullptr;
}

}  // namespace audit
