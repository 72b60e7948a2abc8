// [MS-SMB2] 2.2.1, 3.3.4.3, 3.3.4.4: the header of a response
#include <fmt/format.h>

#include "harness/audit/rules/rules.h"

namespace audit {
namespace {

using smb2::Command;
using smb2::HeaderFlags;

void structure_size(const Exchange& x, Judge& judge) {
  if (x.bytes.size() < smb2::header_size) {
    return judge.fail("", fmt::format("{} bytes of header", smb2::header_size),
                      fmt::format("{} bytes", x.bytes.size()));
  }
  judge.equal("StructureSize", x.header().structure_size.value, std::uint16_t{64});
}

void server_to_redir(const Exchange& x, Judge& judge) {
  if (x.bytes.size() >= smb2::header_size) {
    judge.has_bits("Flags", x.header().flags, HeaderFlags::server_to_redir);
  }
}

void message_id(const Exchange& x, Judge& judge) {
  if (x.is_unsolicited()) return;
  if (x.request != nullptr || x.was_answered()) return judge.applies();
  if (x.connection.in_doubt) return;
  std::vector<std::string> awaited;
  for (const Request& request : x.connection.outstanding)
    awaited.push_back(Judge::text(request.header.message_id));
  judge.fail(
      "MessageId",
      awaited.empty() ? "no response, nothing is outstanding" : fmt::format("{}", fmt::join(awaited, " or ")),
      Judge::text(x.header().message_id));
}

void one_final_response(const Exchange& x, Judge& judge) {
  if (x.is_unsolicited() || x.connection.in_doubt || (x.request == nullptr && !x.was_answered())) return;
  judge.applies();
  if (x.request == nullptr) {
    judge.fail("MessageId", "no response, this request has had its final one",
               Judge::text(x.header().message_id));
  }
}

void command(const Exchange& x, Judge& judge) {
  if (x.request != nullptr) judge.equal("Command", x.header().command, x.request->header.command);
}

// 3.3.5.4: only 3.1.1 has the capability that they need.
void no_notifications(const Exchange& x, Judge& judge) {
  const smb2::Dialect dialect = x.connection.dialect;
  if (!x.connection.is_negotiated() || dialect == smb2::Dialect::smb_3_1_1) return;
  judge.applies();
  if (x.header().command == Command::server_to_client_notification)
    judge.fail("Command", "no notification", Judge::text(x.header().command));
}

// A malformed one may meet the rule for malformed requests first (3.3.5.2.6).
void cancel_is_not_answered(const Exchange& x, Judge& judge) {
  if (!x.connection.sent_cancel || x.connection.sent_malformed_cancel) return;
  judge.applies();
  if (x.header().command == Command::cancel) {
    judge.fail("Command", "no response to SMB2 CANCEL", Judge::text(x.header().command));
  }
}

// SESSION_SETUP and TREE_CONNECT assign ids; a related request takes those of the one before it
// (3.3.5.2.7.2).
void session_id(const Exchange& x, Judge& judge) {
  if (x.request == nullptr || x.request->is_related()) return;
  const Command asked = x.request->header.command;
  if (asked == Command::negotiate || asked == Command::session_setup) return;
  judge.equal("SessionId", x.header().session_id, x.request->header.session_id);
}

// 2.2.1 wants 0 and 3.3.4.3 the request's value: where the client sent another one, either is lawful.
void negotiate_session_id(const Exchange& x, Judge& judge) {
  if (x.request == nullptr || x.request->header.command != Command::negotiate) return;
  judge.one_of("SessionId", x.header().session_id, {std::uint64_t{0}, x.request->header.session_id});
}

bool has_no_tree(Command command) {
  return command == Command::negotiate || command == Command::session_setup || command == Command::logoff ||
         command == Command::echo;
}

void tree_id(const Exchange& x, Judge& judge) {
  if (x.request == nullptr || x.request->is_related() || x.header().is_async() ||
      x.request->header.is_async())
    return;
  const Command asked = x.request->header.command;
  if (asked == Command::tree_connect && !x.is_failure()) return;
  const std::uint32_t sent = x.request->header.tree_id;
  if (has_no_tree(asked)) return judge.one_of("TreeId", x.header().tree_id, {std::uint32_t{0}, sent});
  judge.equal("TreeId", x.header().tree_id, sent);
}

// A server may take no notice of the four bytes that clients put a process id into, or return them.
void reserved(const Exchange& x, Judge& judge) {
  if (x.request == nullptr || x.request->multi_protocol || x.header().is_async() ||
      x.request->header.is_async())
    return;
  judge.one_of("Reserved", x.header().reserved, {std::uint32_t{0}, x.request->header.reserved});
}

void credit_charge(const Exchange& x, Judge& judge) {
  if (x.request == nullptr || x.request->multi_protocol) return;
  judge.equal("CreditCharge", x.header().credit_charge, x.request->header.credit_charge);
}

void flags(const Exchange& x, Judge& judge) {
  if (x.request == nullptr) return;
  HeaderFlags lawful = x.request->header.flags | HeaderFlags::server_to_redir | HeaderFlags::async_command |
                       HeaderFlags::signed_message;
  if (x.request->compounded) lawful = lawful | HeaderFlags::related_operations;
  judge.lacks_bits("Flags", x.header().flags, ~lawful);
}

// A response to a compounded request is left out: Windows may have meant to send more (product behaviour
// 236).
void next_command_alone(const Exchange& x, Judge& judge) {
  if (!x.alone || (x.request != nullptr && x.request->compounded)) return;
  judge.equal("NextCommand", x.header().next_command, 0U);
}

void next_command_leads(const Exchange& x, Judge& judge) {
  if (x.last_in_frame) return;
  judge.applies();
  const std::uint32_t next = x.header().next_command;
  if (next % 8 != 0) return judge.fail("NextCommand", "a multiple of 8", fmt::format("{}", next));
  if (!x.followed) judge.fail("NextCommand", "the place of another header", fmt::format("{}", next));
}

// 3.3.4.1.3. What a chain is cut off within has no last response.
void last_is_padded(const Exchange& x, Judge& judge) {
  if (x.alone || !x.last_in_frame || x.header().next_command != 0) return;
  judge.applies();
  const std::size_t beyond = x.bytes.size() % 8;
  if (beyond != 0) {
    judge.fail("", fmt::format("{} bytes of padding behind the last response", 8 - beyond),
               fmt::format("a response of {} bytes", x.bytes.size()));
  }
}

// An interim response to a signed request is not signed and may keep the bytes; so may a server that mirrors
// the header of an unsigned request with bytes there.
void unsigned_signature(const Exchange& x, Judge& judge) {
  if (x.bytes.size() < smb2::header_size || has(x.header().flags, HeaderFlags::signed_message)) return;
  if (x.is_sealed() || x.is_interim()) return;
  if (x.request != nullptr && x.header().signature == x.request->header.signature) return judge.applies();
  judge.applies();
  if (std::ranges::any_of(x.header().signature, [](std::uint8_t byte) { return byte != 0; })) {
    judge.fail("Signature", "zero, the message is not signed", wire::to_hex(x.header().signature));
  }
}

void negotiate_comes_first(const Exchange& x, Judge& judge) {
  if (x.request == nullptr || x.connection.in_doubt) return;
  judge.applies();
  const Command asked = x.request->header.command;
  if (asked != Command::negotiate && !x.connection.is_negotiated()) {
    judge.fail("Command", "no response before a dialect is negotiated", Judge::text(asked));
  }
}

void negotiate_comes_once(const Exchange& x, Judge& judge) {
  if (x.request == nullptr || x.request->header.command != Command::negotiate) return;
  judge.applies();
  if (x.connection.is_negotiated()) {
    judge.fail("Command", "no response, the connection has its dialect", Judge::text(x.header().command));
  }
}

const Entry<ResponseCheck> table[] = {
    {{"header-structure-size", "The header is whole and its StructureSize is 64", Strength::must, "HDR-006"},
     structure_size},
    {{"server-to-redir", "Messages of the server have SMB2_FLAGS_SERVER_TO_REDIR", Strength::must, "HDR-007"},
     server_to_redir},
    {{"message-id",
      "A response has the MessageId of a request",
      Strength::must,
      "HDR-015",
      {"HDR-021", "ERR-016", "ASY-006", "NEG-004"}},
     message_id},
    {{"one-final-response", "A request has one final response", Strength::must, "HDR-015", {"CRD-002"}},
     one_final_response},
    {{"command",
      "A response has the Command of its request",
      Strength::must,
      "HDR-021",
      {"ERR-016", "ASY-006", "NEG-004"}},
     command},
    {{"cancel-not-answered", "CANCEL has no response of its own", Strength::must, "ASY-011"},
     cancel_is_not_answered},
    {{"no-notifications", "Below 3.1.1 a server sends no notifications", Strength::must, "SES-075"},
     no_notifications},
    {{"session-id",
      "A response has the SessionId of its request",
      Strength::must,
      "HDR-021",
      {"ERR-016", "ASY-006"}},
     session_id},
    {{"negotiate-session-id",
      "The SessionId of a NEGOTIATE response is 0",
      Strength::must,
      "HDR-016",
      {"NEG-004"}},
     negotiate_session_id},
    {{"tree-id",
      "A response has the TreeId of its request",
      Strength::must,
      "HDR-021",
      {"ERR-016", "HDR-017", "NEG-004"}},
     tree_id},
    {{"header-reserved",
      "Reserved in the header is 0 or the request's",
      Strength::must,
      "HDR-021",
      {"HDR-013"}},
     reserved},
    {{"credit-charge", "A response has the CreditCharge of its request", Strength::should, "HDR-023"},
     credit_charge},
    {{"flags", "A response adds no flags to its request's but those of responses", Strength::must, "HDR-021"},
     flags},
    {{"next-command-alone", "NextCommand is 0 in a response alone in its frame", Strength::must, "HDR-014"},
     next_command_alone},
    {{"next-command-aligned",
      "NextCommand leads to the next header, at an 8-byte boundary",
      Strength::must,
      "CMP-022",
      {"CMP-025"}},
     next_command_leads},
    {{"compound-padding", "The last of compounded responses is padded to a multiple of 8 bytes",
      Strength::should, "CMP-024"},
     last_is_padded},
    {{"unsigned-signature", "Signature is 0 in an unsigned message", Strength::must, "HDR-018"},
     unsigned_signature},
    {{"negotiate-first",
      "Nothing but NEGOTIATE is answered before a dialect is negotiated",
      Strength::must,
      "HDR-041",
      {"HDR-042"}},
     negotiate_comes_first},
    {{"negotiate-once",
      "NEGOTIATE is not answered once a dialect is negotiated",
      Strength::must,
      "NEG-035",
      {"NEG-001", "NEG-020"}},
     negotiate_comes_once},
};

}  // namespace

ResponseEntries header_rules() { return table; }

}  // namespace audit
