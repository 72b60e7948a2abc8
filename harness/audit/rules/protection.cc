// [MS-SMB2] 3.3.4.1.1, 3.3.4.1.4, 3.3.5.5.3: signed and sealed where due, and right
#include "harness/audit/rules/rules.h"

namespace audit {
namespace {

using smb2::Command;
using smb2::HeaderFlags;
using smb2::NtStatus;
using transport::Protection;

bool is_zero(const smb2::Header& header) {
  return std::ranges::all_of(header.signature, [](std::uint8_t byte) { return byte == 0; });
}

bool asked_with_signed_flag(const Exchange& x) {
  return x.request != nullptr && has(x.request->header.flags, HeaderFlags::signed_message);
}

// 3.3.4.1.4
void sealed_as_asked(const Exchange& x, Judge& judge) {
  if (x.request == nullptr || !x.request->is_sealed() || !x.connection.announced_encryption) return;
  judge.applies();
  if (!x.is_sealed()) judge.fail("ProtocolId", "a sealed response to a sealed request", "an open one");
}

void sealed_session(const Exchange& x, Judge& judge) {
  if (x.request == nullptr || !x.request->is_sealed() || !x.is_sealed()) return;
  judge.equal("SessionId", *x.sealed_for, *x.request->sealed_for);
}

void sealed_signature(const Exchange& x, Judge& judge) {
  if (!x.is_sealed()) return;
  judge.applies();
  if (!is_zero(x.header())) {
    judge.fail("Signature", "zero, the message is sealed", wire::to_hex(x.header().signature));
  }
}

// A server that has no key to answer a signed request with may mirror its flag.
void signed_flag(const Exchange& x, Judge& judge) {
  if (!x.is_signed() || x.is_sealed() || x.is_interim()) return;
  if (x.is_failure() && asked_with_signed_flag(x)) return;
  judge.applies();
  if (is_zero(x.header())) judge.fail("Signature", "a signature, the flag is set", "zero");
}

// NEGOTIATE has no key. SESSION_SETUP short of success is signed with another than other responses are, if
// at all; a session that is gone has none.
void signature(const Exchange& x, Judge& judge) {
  const Command command = x.header().command;
  const NtStatus status = x.header().status;
  if (!x.is_signed() || x.is_sealed() || x.is_interim() || command == Command::negotiate) return;
  if (status == NtStatus::user_session_deleted) return;
  if (command == Command::session_setup && status != NtStatus::success) return;
  if (x.is_unsolicited()) return;  // a response to CANCEL is wrong as such
  if (x.signature == Protection::right) return judge.applies();
  if (x.signature == Protection::wrong && !is_zero(x.header())) {
    judge.fail("Signature", "the signature of these bytes with the session's key",
               wire::to_hex(x.header().signature));
  }
}

// A server may not say IS_NULL of who is nobody, and Session.IsGuest outlives a re-authentication whose
// response does not repeat IS_GUEST.
void session_setup_is_signed(const Exchange& x, Judge& judge) {
  const auto* body = x.session_setup();
  if (body == nullptr || x.request == nullptr || x.request->anonymous || x.is_sealed() ||
      x.header().status != NtStatus::success)
    return;
  if (names_no_user(body->session_flags) || x.connection.not_users.contains(x.header().session_id)) return;
  judge.has_bits("Flags", x.header().flags, HeaderFlags::signed_message);
}

// Where the request's signature is right, and its session is still there to sign with.
void answer_is_signed(const Exchange& x, Judge& judge) {
  if (x.request == nullptr || x.request->signature != Protection::right || x.is_sealed() || x.is_interim())
    return;
  const Command asked = x.request->header.command;
  if (asked == Command::negotiate || asked == Command::session_setup ||
      x.header().status == NtStatus::user_session_deleted)
    return;
  judge.has_bits("Flags", x.header().flags, HeaderFlags::signed_message);
}

// One that mirrors flag and signature of its request is not signed.
void interim_is_unsigned(const Exchange& x, Judge& judge) {
  if (!x.is_interim() || x.is_sealed()) return;
  judge.applies();
  if (x.is_signed() && (x.signature == Protection::right || !asked_with_signed_flag(x))) {
    judge.fail("Flags", "SMB2_FLAGS_SIGNED clear", Judge::text(x.header().flags));
  }
}

const Entry<ResponseCheck> table[] = {
    {{"sealed-as-asked",
      "The response to a sealed request is sealed",
      Strength::must,
      "ENC-028",
      {"ENC-029", "ENC-030"}},
     sealed_as_asked},
    {{"sealed-session", "A response is sealed for the session of its request", Strength::must, "ENC-024"},
     sealed_session},
    {{"sealed-signature", "Signature is 0 in a sealed message", Strength::must, "SIG-020", {"HDR-018"}},
     sealed_signature},
    {{"signed-flag", "SMB2_FLAGS_SIGNED comes with a signature", Strength::must, "SIG-019"}, signed_flag},
    {{"signature",
      "A signature is that of the message under the key of its session",
      Strength::must,
      "SIG-002",
      {"SIG-003", "SIG-004", "SIG-005", "SIG-006", "SIG-007", "SIG-009", "SIG-011", "SIG-017", "SIG-018",
       "SES-059"}},
     signature},
    {{"session-setup-signed",
      "The final SESSION_SETUP response to an ordinary user is signed",
      Strength::must,
      "SES-058",
      {"SES-059"}},
     session_setup_is_signed},
    {{"signed-as-asked",
      "The response to a signed request is signed",
      Strength::should,
      "SIG-014",
      {"SIG-012", "SIG-013", "ECH-009"}},
     answer_is_signed},
    {{"interim-unsigned", "An interim response is not signed", Strength::should, "SIG-015"},
     interim_is_unsigned},
};

}  // namespace

ResponseEntries protection_rules() { return table; }

}  // namespace audit
