#include "reference-server/model/receiving.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "harness/smb1/negotiate.h"
#include "harness/smb2/message.h"
#include "reference-server/handlers/negotiate.h"
#include "reference-server/model/answer.h"

namespace reference {
namespace {

using smb2::Command;
using smb2::Dialect;
using smb2::HeaderFlags;
using smb2::NtStatus;

constexpr std::size_t single_credit_request = 68 * 1024;  // bytes, 3.3.5.2

// 3.3.5.2.7: how the requests of one message belong together.
enum class Style : std::uint8_t { unrelated, related, mixed };

struct Request {
  smb2::Message message;
  std::vector<wire::Issue> issues;
  std::size_t size;          // bytes, up to the next request of the chain
  bool last;                 // of its chain
  Style style;               // of its chain
  std::uint64_t session_id;  // 3.3.5.2.7.2: a related request's is the one before's

  const smb2::Header& header() const { return message.header; }
  Command command() const { return message.header.command; }
  bool is_signed() const { return smb2::has(message.header.flags, HeaderFlags::signed_message); }
};

// A check lets a request pass by saying nothing.
using Verdict = std::optional<Answer>;
using Check = Verdict (*)(const Global&, Connection&, const Request&);

// 3.3.5.2: only these carry more than one credit's worth.
bool carries_payload(Command command) {
  switch (command) {
    case Command::read:
    case Command::write:
    case Command::ioctl:
    case Command::query_directory:
    case Command::change_notify:
    case Command::query_info:
    case Command::set_info:
      return true;
    default:
      return false;
  }
}

Verdict size(const Global&, Connection&, const Request& request) {
  if (request.size > single_credit_request && !carries_payload(request.command())) return Disconnect{};
  return {};
}

// 3.3.5.2.6: its Command is none of 2.2.1.
Verdict command(const Global&, Connection&, const Request& request) {
  const auto code = static_cast<std::uint64_t>(request.command());
  if (wire::name_of(smb2::command_names, code).empty()) return Disconnect{};
  return {};
}

// 3.3.5.2.2, and the first step of 3.3.5.4.
Verdict connection_state(const Global&, Connection& connection, const Request& request) {
  const bool negotiating = connection.dialect == Dialect::none;
  if (negotiating != (request.command() == Command::negotiate)) return Disconnect{};
  return {};
}

// 3.3.5.2.3
Verdict sequence_number(const Global&, Connection& connection, const Request& request) {
  if (request.command() == Command::cancel) return {};
  const auto& header = request.header();
  const std::uint64_t charge =
      connection.supports_multi_credit ? std::max<std::uint16_t>(header.credit_charge, 1) : 1;
  if (!connection.command_sequence_window.take(header.message_id, charge)) return Disconnect{};
  return {};
}

// 3.3.5.2.4. No session exists that could have signed, or that could demand it.
Verdict signature(const Global&, Connection&, const Request& request) {
  if (!request.is_signed()) return {};
  if (request.command() == Command::negotiate) return fail(NtStatus::invalid_parameter);
  return fail(NtStatus::user_session_deleted);
}

// 3.3.5.2.6
Verdict structure(const Global& global, Connection&, const Request& request) {
  const bool chain_breaks = request.last && request.header().next_command != 0;
  const bool header_is_malformed = std::ranges::any_of(request.issues, [](const wire::Issue& issue) {
    return issue.offset < smb2::header_size && issue.rule == wire::Rule::wrong_constant;
  });
  if (chain_breaks || header_is_malformed || request.header().is_response())
    return fail(NtStatus::invalid_parameter);
  if (const auto* negotiate_request = std::get_if<smb2::NegotiateRequest>(&request.message.body)) {
    if (is_malformed(global.settings, *negotiate_request, request.issues))
      return fail(NtStatus::invalid_parameter);
  }
  return {};
}

// 3.3.5.2.7
Verdict compound(const Global&, Connection&, const Request& request) {
  if (!request.last && request.header().next_command % 8 != 0) return Disconnect{};
  if (request.style == Style::mixed) return fail(NtStatus::invalid_parameter);
  return {};
}

// 3.3.5.2.9, for all commands but those whose own sections say when a session is verified.
Verdict session(const Global& global, Connection& connection, const Request& request) {
  switch (request.command()) {
    case Command::negotiate:
    case Command::session_setup:
    case Command::cancel:
    case Command::echo:
      return {};
    default:
      break;
  }
  // 3.3.5.2.7.2: the request before has no session to hand on.
  if (request.style == Style::related && request.session_id == 0) return fail(NtStatus::invalid_parameter);
  const bool implements_3x = smb2::is_3x(global.settings.maximum_dialect);
  if (implements_3x && connection.constrained_connection && !global.settings.allow_anonymous_access) {
    return Disconnect{};
  }
  return fail(NtStatus::user_session_deleted);
}

// The order of 3.3.5.2. 3.3.5.2.5 has no request to look at before there is a session.
constexpr Check checks[] = {size,      command,   connection_state, sequence_number,
                            signature, structure, compound,         session};

// Sessions are not served yet: whoever asks for one is turned away here.
Answer session_setup() { return fail(NtStatus::request_not_accepted); }

// 3.3.5.17: no session, no ECHO.
Answer echo() { return Disconnect{}; }

Answer answer(Global& global, Connection& connection, const Request& request) {
  for (const Check check : checks) {
    if (Verdict verdict = check(global, connection, request)) return *std::move(verdict);
  }
  switch (request.command()) {
    case Command::negotiate:
      return negotiate(global, connection, std::get<smb2::NegotiateRequest>(request.message.body));
    case Command::session_setup:
      return session_setup();
    case Command::echo:
      return echo();
    default:
      return Silence{};  // 3.3.5.16: a CANCEL whose request is not found
  }
}

// 3.3.1.2: what is asked for, within the limit; one to whoever would be left with none, or negotiates.
std::uint16_t grant_credits(const Settings& settings, Connection& connection, const smb2::Header& request) {
  const std::uint64_t held = connection.command_sequence_window.size();
  const std::uint64_t room = settings.max_credits > held ? settings.max_credits - held : 0;
  const bool at_least_one = held == 0 || request.command == Command::negotiate;
  const std::uint64_t credits =
      std::max<std::uint64_t>(std::min<std::uint64_t>(request.credits, room), at_least_one ? 1 : 0);
  connection.command_sequence_window.grant(credits);
  return static_cast<std::uint16_t>(credits);
}

// 3.3.4.3, 3.3.4.4: the request's header but for what speaks of the response. It is neither asynchronous nor
// signed, and 2.2.1.2 wants SessionId 0 around NEGOTIATE.
smb2::Header response_header(const smb2::Header& request, NtStatus status, std::uint16_t credits) {
  const auto kept = request.flags & ~(HeaderFlags::signed_message | HeaderFlags::async_command);
  return {.credit_charge = request.credit_charge,
          .status = status,
          .command = request.command,
          .credits = credits,
          .flags = kept | HeaderFlags::server_to_redir,
          .message_id = request.message_id,
          .reserved = request.reserved,
          .tree_id = request.tree_id,
          .session_id = request.command == Command::negotiate ? 0 : request.session_id};
}

smb2::Message respond(Global& global, Connection& connection, const smb2::Header& request, Reply reply) {
  const std::uint16_t credits = grant_credits(global.settings, connection, request);
  smb2::Message response{.header = response_header(request, reply.status, credits),
                         .body = std::move(reply.body)};
  if (global.reply_bend && global.reply_bend->reply == global.replies) bend(*global.reply_bend, response);
  ++global.replies;
  return response;
}

// 3.3.4.1.3: one alone as it is, several one after another, each filled up to a multiple of 8.
wire::Bytes compounded(std::vector<smb2::Message> responses) {
  if (responses.size() == 1) return smb2::encode(responses.front());
  wire::Bytes chain;
  for (smb2::Message& response : responses) {
    const std::size_t padded = (smb2::encode(response).size() + 7) / 8 * 8;
    const bool last = &response == &responses.back();
    response.header.next_command = last ? 0 : static_cast<std::uint32_t>(padded);
    const wire::Bytes bytes = smb2::encode(response);
    const std::size_t end = chain.size() + padded;
    chain.insert(chain.end(), bytes.begin(), bytes.end());
    chain.resize(end);
  }
  return chain;
}

// 3.3.5.2.7: the requests of a message. One whose NextCommand leads nowhere takes all the rest.
std::vector<wire::View> requests_of(wire::View message) {
  std::vector<wire::View> requests;
  for (;;) {
    const std::size_t next =
        message.size() < smb2::header_size
            ? 0
            : wire::decode<smb2::Header>(message.first(smb2::header_size)).message.next_command;
    if (next < smb2::header_size || next >= message.size()) {
      requests.push_back(message);
      return requests;
    }
    requests.push_back(message.first(next));
    message = message.subspan(next);
  }
}

// 3.3.5.2.7: one message's requests are all unrelated, or all related but the first.
Style style_of(const std::vector<Request>& chain) {
  const auto is_related = [](const Request& r) {
    return smb2::has(r.header().flags, HeaderFlags::related_operations);
  };
  if (chain.size() == 1 || std::ranges::none_of(chain, is_related)) return Style::unrelated;
  return !is_related(chain.front()) && std::all_of(chain.begin() + 1, chain.end(), is_related)
             ? Style::related
             : Style::mixed;
}

Received receive_requests(Global& global, Connection& connection, wire::View message) {
  std::vector<Request> chain;
  bool disconnect = false;
  for (const wire::View bytes : requests_of(message)) {
    if (bytes.size() < smb2::header_size) {  // 3.3.5.2.6; what stands before it is still answered
      disconnect = true;
      break;
    }
    auto decoded = smb2::decode(bytes);
    chain.push_back({.message = std::move(decoded.message),
                     .issues = std::move(decoded.issues),
                     .size = bytes.size(),
                     .last = false,
                     .style = Style::unrelated,
                     .session_id = 0});
  }
  if (chain.empty()) return {.disconnect = true};
  chain.back().last = !disconnect;
  const Style style = style_of(chain);

  std::vector<smb2::Message> responses;
  for (Request& request : chain) {
    request.style = style;
    const bool inherits = style == Style::related && &request != &chain.front();
    request.session_id = inherits ? std::prev(&request)->session_id : request.header().session_id;
    Answer answered = answer(global, connection, request);
    if (std::holds_alternative<Disconnect>(answered)) {
      disconnect = true;
      break;
    }
    auto* reply = std::get_if<Reply>(&answered);
    if (reply == nullptr || request.command() == Command::cancel)
      continue;  // 3.3.5.16: CANCEL is never answered
    responses.push_back(respond(global, connection, request.header(), std::move(*reply)));
  }
  if (responses.empty()) return {.disconnect = disconnect};
  return {.response = compounded(std::move(responses)), .disconnect = disconnect};
}

// 3.3.5.2, 3.3.5.3: of SMB1 there is SMB_COM_NEGOTIATE, whose MessageId counts as 0 (3.3.5.2.3).
Received receive_smb1(Global& global, Connection& connection, wire::View message) {
  const auto decoded = wire::decode<smb1::NegotiateRequest>(message);
  const bool readable = std::ranges::none_of(
      decoded.issues, [](const wire::Issue& issue) { return issue.rule != wire::Rule::nonzero_reserved; });
  if (!readable || connection.negotiate_dialect != Dialect::none ||
      !connection.command_sequence_window.take(0, 1)) {
    return {.disconnect = true};
  }
  Answer answered = negotiate(global, connection, decoded.message);
  auto* reply = std::get_if<Reply>(&answered);
  if (reply == nullptr) return {.disconnect = true};
  const smb2::Header nothing{.command = Command::negotiate};
  return {.response = smb2::encode(respond(global, connection, nothing, std::move(*reply)))};
}

std::uint32_t protocol_id(wire::View message) {
  if (message.size() < 4) return 0;
  return std::uint32_t{message[0]} | std::uint32_t{message[1]} << 8 | std::uint32_t{message[2]} << 16 |
         std::uint32_t{message[3]} << 24;
}

}  // namespace

Received receive_message(Global& global, Connection& connection, wire::View message) {
  switch (protocol_id(message)) {
    case smb1::protocol_id:
      return receive_smb1(global, connection, message);
    case smb2::protocol_id:
      return receive_requests(global, connection, message);
    case smb2::transform_protocol_id:    // 3.3.5.2.1.1: no session whose key would open it
    case smb2::compression_protocol_id:  // 3.3.5.2.1.2: nothing is decompressed yet
    default:
      return {.disconnect = true};
  }
}

// Read to the letter, MaxTransactSize + 256 is 256 bytes before it is negotiated, and shuts out WRITEs where
// MaxWriteSize is the larger. Without multi-credit no size is beyond 64 KiB, so the 68 KiB hold by
// themselves.
std::size_t largest_message(const Connection& connection) {
  const std::size_t largest =
      std::max({connection.max_transact_size, connection.max_read_size, connection.max_write_size});
  return largest == 0 ? single_credit_request : largest + 256;
}

}  // namespace reference
