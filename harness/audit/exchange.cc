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

bool names_no_user(smb2::SessionFlags flags) {
  constexpr auto who = smb2::SessionFlags::is_guest | smb2::SessionFlags::is_null;
  return (flags & who) != smb2::SessionFlags::none;
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

const smb2::TreeConnectResponse* Exchange::earlier_tree_connect() const {
  const auto* path = asked_path();
  if (path == nullptr) return nullptr;
  const auto found = connection.shares.find({request->header.session_id, path->raw});
  return found == connection.shares.end() ? nullptr : &found->second;
}

const wire::Utf16* Exchange::asked_path() const {
  const auto* body = asked<smb2::TreeConnectRequest>();
  if (body == nullptr || body->flags != smb2::TreeConnectFlags::none || request->is_related()) return nullptr;
  return &body->path;
}

const smb2::SessionSetupResponse* Exchange::session_setup() const {
  return std::get_if<smb2::SessionSetupResponse>(&response.body);
}

}  // namespace audit
