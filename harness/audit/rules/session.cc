// [MS-SMB2] 2.2.6, 2.2.8, 2.2.29, 3.3.5.5, 3.3.5.6: SESSION_SETUP, LOGOFF and ECHO responses
#include <fmt/format.h>

#include "harness/audit/rules/rules.h"

namespace audit {
namespace {

using smb2::Command;
using smb2::Dialect;
using smb2::SessionFlags;

constexpr std::uint16_t buffer_offset = 72;  // from the SMB2 header

using SetupCheck = void (*)(const smb2::SessionSetupResponse&, const Exchange&, Judge&);
template <SetupCheck check>
void on_setup(const Exchange& x, Judge& judge) {
  if (const auto* body = x.session_setup()) check(*body, x, judge);
}

void structure_size(const smb2::SessionSetupResponse& body, const Exchange& x, Judge& judge) {
  if (x.bytes.size() < buffer_offset) {
    return judge.fail("", fmt::format("{} bytes of SESSION_SETUP response and more", buffer_offset),
                      fmt::format("{} bytes", x.bytes.size()));
  }
  judge.equal("StructureSize[1]", body.structure_size.value, std::uint16_t{9});
}

void flags(const smb2::SessionSetupResponse& body, const Exchange&, Judge& judge) {
  constexpr SessionFlags who = SessionFlags::is_guest | SessionFlags::is_null;
  judge.lacks_bits("SessionFlags", body.session_flags, ~(who | SessionFlags::encrypt_data));
  if (has(body.session_flags, who)) {
    judge.fail("SessionFlags", "IS_GUEST or IS_NULL, not both", Judge::text(body.session_flags));
  }
}

void flags_below_3(const smb2::SessionSetupResponse& body, const Exchange& x, Judge& judge) {
  if (!x.connection.is_negotiated() || smb2::is_3x(x.connection.dialect)) return;
  judge.lacks_bits("SessionFlags", body.session_flags, SessionFlags::encrypt_data);
}

// An empty token has no place; some servers tell it all the same.
void security_buffer(const smb2::SessionSetupResponse& body, const Exchange& x, Judge& judge) {
  if (x.bytes.size() < buffer_offset) return;
  const std::uint16_t offset = body.security_buffer_offset.value;
  const std::size_t length = body.security_buffer_length.value;
  if (length == 0) return judge.one_of("SecurityBufferOffset", offset, {buffer_offset, std::uint16_t{0}});
  judge.at_least("SecurityBufferOffset", offset, buffer_offset);
  if (offset >= buffer_offset && offset + length > x.bytes.size()) {
    judge.fail("SecurityBufferLength",
               fmt::format("a token that ends in the message of {} bytes", x.bytes.size()),
               fmt::format("{} bytes from {} on", length, offset));
  }
}

void new_id(const smb2::SessionSetupResponse&, const Exchange& x, Judge& judge) {
  if (x.request == nullptr || x.request->is_related() || x.request->header.session_id != 0) return;
  judge.applies();
  const std::uint64_t id = x.header().session_id;
  if (id == 0 || id == ~std::uint64_t{0}) judge.fail("SessionId", "neither 0 nor all ones", Judge::text(id));
}

void same_id(const Exchange& x, Judge& judge) {
  if (x.request == nullptr || x.request->is_related()) return;
  const smb2::Header& asked = x.request->header;
  if (asked.command != Command::session_setup || asked.session_id == 0) return;
  judge.equal("SessionId", x.header().session_id, asked.session_id);
}

// An asynchronous header has no Reserved of its own.
template <class Body>
void bare(const Exchange& x, Judge& judge) {
  const auto* body = std::get_if<Body>(&x.response.body);
  if (body == nullptr) return;
  if (x.bytes.size() < smb2::header_size + 4) {
    return judge.fail("", "4 bytes of body", fmt::format("{} bytes of message", x.bytes.size()));
  }
  judge.equal("StructureSize[1]", body->structure_size.value, std::uint16_t{4});
  judge.equal(x.header().is_async() ? "Reserved" : "Reserved[1]", body->reserved, std::uint16_t{0});
}

// What was asked once LOGOFF had been answered; NEGOTIATE is about no session, and what an ECHO without one
// gets is disputed (3.3.5.17, product behaviour 405).
void dead_session(const Exchange& x, Judge& judge) {
  if (x.request == nullptr || x.request->is_related()) return;
  const smb2::Header& asked = x.request->header;
  if (asked.command == Command::negotiate || asked.command == Command::echo) return;
  const auto end = x.connection.logged_off.find(asked.session_id);
  if (end == x.connection.logged_off.end() || x.request->event < end->second) return;
  judge.applies();
  if (x.header().status == smb2::NtStatus::success || x.session_setup() != nullptr) {
    judge.fail("Status", "a failure, the session is logged off", Judge::text(x.header().status));
  }
}

const Entry<ResponseCheck> table[] = {
    {{"session-setup-structure-size", "A SESSION_SETUP response is whole and its StructureSize is 9",
      Strength::must, "SES-007"},
     on_setup<structure_size>},
    {{"session-flags", "SessionFlags are defined, and not guest and anonymous at once", Strength::must,
      "SES-008"},
     on_setup<flags>},
    {{"session-flags-2.x", "No session is marked for encryption below 3.0", Strength::must, "SES-009"},
     on_setup<flags_below_3>},
    {{"session-setup-buffer", "The token of a SESSION_SETUP response lies in the message", Strength::must,
      "SES-010"},
     on_setup<security_buffer>},
    {{"session-id-new",
      "A new session has a SessionId that is neither 0 nor all ones",
      Strength::must,
      "SES-014",
      {"SES-016"}},
     on_setup<new_id>},
    {{"session-id-same",
      "The SessionId stays the same from leg to leg",
      Strength::must,
      "HDR-021",
      {"SES-016"}},
     same_id},
    {{"logoff-body", "A LOGOFF response has StructureSize 4 and Reserved 0", Strength::must, "LOG-004"},
     bare<smb2::LogoffResponse>},
    {{"echo-body", "An ECHO response has StructureSize 4 and Reserved 0", Strength::must, "ECH-008"},
     bare<smb2::EchoResponse>},
    {{"tree-disconnect-body", "A TREE_DISCONNECT response has StructureSize 4 and Reserved 0", Strength::must,
      "TRE-045"},
     bare<smb2::TreeDisconnectResponse>},
    {{"dead-session",
      "Nothing succeeds on a session after its LOGOFF",
      Strength::must,
      "LOG-007",
      {"LOG-006", "SES-021"}},
     dead_session},
};

}  // namespace

ResponseEntries session_rules() { return table; }

}  // namespace audit
