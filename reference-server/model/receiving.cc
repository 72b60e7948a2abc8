#include "reference-server/model/receiving.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "harness/smb1/negotiate.h"
#include "harness/smb2/compound.h"
#include "harness/smb2/message.h"
#include "harness/smb2/transform_header.h"
#include "reference-server/handlers/cancel.h"
#include "reference-server/handlers/change_notify.h"
#include "reference-server/handlers/close.h"
#include "reference-server/handlers/create.h"
#include "reference-server/handlers/echo.h"
#include "reference-server/handlers/flush.h"
#include "reference-server/handlers/ioctl.h"
#include "reference-server/handlers/logoff.h"
#include "reference-server/handlers/negotiate.h"
#include "reference-server/handlers/query_info.h"
#include "reference-server/handlers/read.h"
#include "reference-server/handlers/session_setup.h"
#include "reference-server/handlers/tree_connect.h"
#include "reference-server/handlers/tree_disconnect.h"
#include "reference-server/handlers/write.h"
#include "reference-server/model/answer.h"
#include "reference-server/model/chain.h"
#include "reference-server/model/protection.h"
#include "reference-server/model/sessions.h"
#include "reference-server/model/unsealing.h"
#include "reference-server/model/verification.h"

namespace reference {
namespace {

using smb2::Command;
using smb2::Dialect;
using smb2::HeaderFlags;
using smb2::NtStatus;

Answer not_supported(Global&, Connection&, Request&) { return fail(NtStatus::not_supported); }

struct Handler {
  Command command;
  Answer (*handle)(Global&, Connection&, Request&);
};
constexpr Handler handlers[] = {
    {Command::negotiate, negotiate},
    {Command::session_setup, session_setup},
    {Command::logoff, logoff},
    {Command::tree_connect, tree_connect},
    {Command::tree_disconnect, tree_disconnect},
    {Command::create, create},
    {Command::close, close},
    {Command::flush, flush},
    {Command::read, read},
    {Command::write, write},
    {Command::ioctl, ioctl},
    {Command::cancel, cancel},
    {Command::echo, echo},
    {Command::change_notify, change_notify},
    {Command::query_info, query_info},
};

Answer answer(Global& global, Connection& connection, Request& request) {
  if (Verdict refusal = verify(global, connection, request)) return *std::move(refusal);
  const auto* handler = std::ranges::find(handlers, request.command(), &Handler::command);
  const auto handle = handler == std::end(handlers) ? not_supported : handler->handle;
  return handle(global, connection, request);
}

// A response on its way: what it will be protected with, and whose hash takes it in.
struct Outgoing {
  std::uint64_t number = 0;  // of the server's replies
  smb2::Message message;
  std::optional<SigningKey> signing;
  std::optional<SealingKey> sealing;
  PreauthOf preauth = PreauthOf::nothing;
};

// The keys that a response needs, taken before the request is processed: LOGOFF, TREE_DISCONNECT and an
// authentication that fails end what they belong to.
struct Protection {
  std::optional<SigningKey> signing;
  std::optional<SealingKey> sealing;
};

// 3.3.4.1.4. What came encrypted is answered so even where the client did not say that it can decrypt.
bool is_sealed(Global& global, const Connection& connection, const Session& session, const Request& request) {
  if (request.is_encrypted) return true;
  const Command command = request.command();
  if (!smb2::has(connection.client_capabilities, smb2::Capabilities::encryption) ||
      command == Command::negotiate || command == Command::session_setup) {
    return false;
  }
  if (session.encrypt_data) return true;
  const auto tree = session.tree_connect_table.find(request.tree_id);
  return command != Command::tree_connect && tree != session.tree_connect_table.end() &&
         global.share_list.at(tree->second.share).encrypt_data;
}

// What closes the connection, but for a quirk.
bool is_refused_in_the_open(const Quirks& quirks, const Request& request) {
  const bool mixed = quirks.has(Quirk::sealed_related_first_refused) && request.style == Style::mixed;
  return request.is_encrypted && (mixed || begins_for_another_session(quirks, request));
}

// 3.3.4.1.1: a request that was signed is answered so. SESSION_SETUP says itself what a success is signed
// with.
Protection protection(Global& global, const Connection& connection, const Request& request) {
  const bool is_setup = request.command() == Command::session_setup;
  const Session* session = asks_for_binding(request) ? find_session(global, request.session_id)
                                                     : find_session(global, connection, request.session_id);
  if (session == nullptr) return {};
  Protection due;
  const Quirks& quirks = global.settings.quirks;
  const bool is_plain =
      (request.command() == Command::logoff && quirks.has(Quirk::sealed_logoff_answered_plain)) ||
      is_refused_in_the_open(quirks, request);
  if (!is_plain && is_sealed(global, connection, *session, request))
    due.sealing = sealing_key(connection, *session);
  if (request.is_signed() && !request.is_encrypted) {
    due.signing =
        is_setup ? session_signing_key(connection, *session) : channel_signing_key(connection, *session);
  }
  return due;
}

// 3.3.1.2: what is asked for, within the limit; one to whoever would be left with none, or negotiates.
std::uint16_t grant_credits(const Settings& settings, Connection& connection, const smb2::Header& request) {
  const std::uint64_t held = connection.command_sequence_window.size();
  const std::uint64_t room = settings.max_credits > held ? settings.max_credits - held : 0;
  const bool left_with_none = held == 0 && !settings.quirks.has(Quirk::credits_run_out);
  const bool at_least_one = left_with_none || request.command == Command::negotiate;
  const std::uint64_t credits =
      std::max<std::uint64_t>(std::min<std::uint64_t>(request.credits, room), at_least_one ? 1 : 0);
  connection.command_sequence_window.grant(
      settings.quirks.has(Quirk::credits_not_granted) ? std::min<std::uint64_t>(credits, 1) : credits);
  return static_cast<std::uint16_t>(credits);
}

// 3.3.4.3, 3.3.4.4: the request's header but for what speaks of the response. It is not asynchronous, and
// 2.2.1.2 wants SessionId 0 around NEGOTIATE.
smb2::Header response_header(const smb2::Header& request, const Reply& reply, std::uint16_t credits) {
  const auto kept = request.flags & ~(HeaderFlags::signed_message | HeaderFlags::async_command);
  const std::uint64_t session_id = request.command == Command::negotiate ? 0 : request.session_id;
  return {.credit_charge = request.credit_charge,
          .status = reply.status,
          .command = request.command,
          .credits = credits,
          .flags = kept | HeaderFlags::server_to_redir,
          .message_id = request.message_id,
          .reserved = request.reserved,
          .tree_id = reply.tree_id.value_or(request.tree_id),
          .session_id = reply.session_id.value_or(session_id)};
}

template <class Part>
void apply_bend(const Global& global, std::uint64_t reply, Part& part) {
  if (global.reply_bend && global.reply_bend->reply == reply) bend(*global.reply_bend, part);
}

// Before signature and seal; what a client's MIC covers is the token as it goes out.
void apply_bend(const Global& global, Connection& connection, Outgoing& out) {
  if (!global.reply_bend || global.reply_bend->reply != out.number) return;
  bend(*global.reply_bend, out.message);
  const auto* body = std::get_if<smb2::SessionSetupResponse>(&out.message.body);
  const auto authentication = connection.authentications.find(out.message.header.session_id);
  if (body != nullptr && authentication != connection.authentications.end())
    authentication->second.sent(body->buffer);
}

Outgoing protect(Global& global, Connection& connection, Outgoing out) {
  out.number = global.replies++;
  if (out.sealing) out.signing.reset();
  if (out.signing) out.message.header.flags = out.message.header.flags | HeaderFlags::signed_message;
  apply_bend(global, connection, out);
  return out;
}

Outgoing respond(Global& global, Connection& connection, const smb2::Header& request, Reply reply,
                 Protection due) {
  const Quirks& quirks = global.settings.quirks;
  const bool echoes_async = quirks.has(Quirk::async_flag_echoed) && request.command == Command::negotiate &&
                            failed(reply.status) && smb2::has(request.flags, HeaderFlags::async_command);
  const std::uint16_t credits = echoes_async ? 0 : grant_credits(global.settings, connection, request);
  smb2::Header header = response_header(request, reply, credits);
  if (echoes_async) header.flags = header.flags | HeaderFlags::async_command;
  if (quirks.has(Quirk::last_session_on_all) && !reply.session_id && !connection.session_table.empty())
    header.session_id = *connection.session_table.rbegin();
  if (quirks.has(Quirk::errors_in_the_commands_body) && request.command == Command::tree_connect &&
      failed(reply.status))
    reply.body = smb2::TreeConnectResponse{};
  if (quirks.has(Quirk::echo_unsigned) && request.command == Command::echo) due.signing.reset();
  if (quirks.has(Quirk::signed_flag_copied))
    header.flags = header.flags | (request.flags & HeaderFlags::signed_message);
  return protect(global, connection,
                 {.message = {.header = header, .body = std::move(reply.body)},
                  .signing = reply.signing ? std::move(reply.signing) : std::move(due.signing),
                  .sealing = std::move(due.sealing),
                  .preauth = reply.preauth});
}

smb2::Header async_header(const Settings& settings, const smb2::Header& request, NtStatus status,
                          std::uint16_t credits, std::uint64_t async_id) {
  smb2::Header header = response_header(request, {.status = status}, credits);
  header.flags = header.flags | HeaderFlags::async_command;
  header.async_id =
      settings.quirks.has(Quirk::tree_id_for_async_id) ? std::uint64_t{request.tree_id} << 32 : async_id;
  if (settings.quirks.has(Quirk::async_ids_alike)) header.async_id = 1;
  return header;
}

// 3.3.4.2: an interim response, which is not signed.
Outgoing respond_later(Global& global, Connection& connection, const smb2::Header& request,
                       const Pending& pending, Protection due) {
  const std::uint64_t async_id = connection.next_async_id++;
  if (global.settings.quirks.has(Quirk::pending_by_message_id)) forget_requests(global, request.message_id);
  const std::uint16_t credits = grant_credits(global.settings, connection, request);
  connection.async_command_list[async_id] = {
      .header = request, .open = pending.open, .signing = std::move(due.signing), .sealing = due.sealing};
  const Quirks& quirks = global.settings.quirks;
  if (due.sealing && quirks.has(Quirk::interim_under_another_session)) ++due.sealing->session_id;
  if (quirks.has(Quirk::interim_plain)) due.sealing.reset();
  auto signing = quirks.has(Quirk::interim_signed) ? connection.async_command_list[async_id].signing
                                                   : std::optional<SigningKey>();
  return protect(
      global, connection,
      {.message = {.header = async_header(global.settings, request, NtStatus::pending, credits, async_id),
                   .body = smb2::ErrorResponse{.padding = {0}}},
       .signing = std::move(signing),
       .sealing = std::move(due.sealing)});
}

void absorb(Global& global, Connection& connection, std::uint64_t session_id, PreauthOf whose,
            wire::View response) {
  if (whose == PreauthOf::connection) connection.preauth_integrity_hash_value.absorb(response);
  if (whose == PreauthOf::session) {
    if (Session* session = find_session(global, session_id))
      session->preauth_integrity_hash_value.absorb(response);
  }
  if (whose == PreauthOf::preauth_session) connection.preauth_session_table[session_id].absorb(response);
}

// 3.3.4.1.3: responses of one message, signed one by one and sealed together. Alone it is as it is; of
// several, each is filled up to a multiple of 8.
wire::Bytes finish(Global& global, Connection& connection, std::span<const Outgoing> group) {
  std::vector<wire::Bytes> elements;
  for (const Outgoing& out : group) elements.push_back(smb2::encode(out.message));
  if (elements.size() > 1) {
    elements = smb2::chain(std::move(elements));
    if (!global.settings.quirks.has(Quirk::compound_unpadded))
      elements.back().resize((elements.back().size() + 7) / 8 * 8);
  }
  const Quirks& quirks = global.settings.quirks;
  const bool once = quirks.has(Quirk::chain_signed_once);
  for (std::size_t i = 0; i < group.size(); ++i) {
    if (group[i].signing && (i == 0 || !once)) sign(elements[i], *group[i].signing);
    absorb(global, connection, group[i].message.header.session_id, group[i].preauth, elements[i]);
  }
  const Outgoing& first = group.front();
  smb2::DirectTcp frame{.zero = 0, .stream_protocol_length = {}, .smb2_message = smb2::join(elements)};
  if (first.sealing) {
    const std::uint64_t nonce = quirks.has(Quirk::nonce_reused) ? 0 : global.nonces++;
    auto transform = transform_header(frame.smb2_message.size(), *first.sealing, nonce);
    if (quirks.has(Quirk::transform_flags_are_the_cipher))
      transform.flags = static_cast<smb2::TransformFlags>(first.sealing->cipher);
    if (quirks.has(Quirk::nonce_filled)) transform.nonce.back() = transform.nonce[12] = 1;
    apply_bend(global, first.number, transform);
    frame.smb2_message = seal(frame.smb2_message, *first.sealing, transform);
  }
  apply_bend(global, first.number, frame);
  return wire::encode(frame);
}

// Responses that are sealed alike go together.
std::vector<wire::Bytes> finish(Global& global, Connection& connection,
                                const std::vector<Outgoing>& responses) {
  std::vector<wire::Bytes> messages;
  const std::span<const Outgoing> all(responses);
  for (std::size_t begin = 0; begin < all.size();) {
    std::size_t end = begin + 1;
    while (end < all.size() && all[end].sealing == all[begin].sealing) ++end;
    messages.push_back(finish(global, connection, all.subspan(begin, end - begin)));
    begin = end;
  }
  return messages;
}

void echo_signature(const smb2::Header& request, smb2::Header& response) {
  response.flags = response.flags | HeaderFlags::signed_message;
  response.signature = request.signature;
}

Received receive_requests(Global& global, Connection& connection, wire::View message,
                          std::uint64_t sealed_by) {
  Chain chain = chain_of(message, sealed_by);
  const Quirks& quirks = global.settings.quirks;
  if (quirks.has(Quirk::compound_cut) && !chain.requests.empty()) chain.requests.resize(1);
  if (quirks.has(Quirk::compound_backwards)) std::ranges::reverse(chain.requests);
  bool disconnect = chain.disconnect;
  Inheritance inheritance(global.settings.quirks);
  std::vector<Outgoing> responses;
  for (Request& request : chain.requests) {
    inheritance.pass_to(request);
    Protection due = protection(global, connection, request);
    Answer answered = answer(global, connection, request);
    const bool overruns = request.bytes.size() > chain.requests.front().bytes.size();
    if (std::holds_alternative<Disconnect>(answered) || (overruns && quirks.has(Quirk::compound_overrun))) {
      disconnect = true;
      break;
    }
    if (const auto* pending = std::get_if<Pending>(&answered)) {
      inheritance.take_from(request, {.status = NtStatus::pending});
      smb2::Header header = request.header();
      if (quirks.has(Quirk::compound_interim_misplaced))
        header.message_id = chain.requests[0].header().message_id;
      responses.push_back(respond_later(global, connection, header, *pending, std::move(due)));
      continue;
    }
    auto* reply = std::get_if<Reply>(&answered);
    // 3.3.5.16: CANCEL is never answered
    const bool answers_cancel = global.settings.quirks.has(Quirk::cancel_verified_and_answered);
    if (reply == nullptr || (request.command() == Command::cancel && !answers_cancel)) continue;
    inheritance.take_from(request, *reply);
    const bool in_the_middle = request.inherits() && !request.last;
    if (in_the_middle && quirks.has(Quirk::compound_middle_lost)) continue;
    if (!responses.empty() && quirks.has(Quirk::compound_keeps_error)) {
      const smb2::Message& before = responses.back().message;
      if (before.header.status != NtStatus::success) reply->body = before.body;
    }
    const bool echoes_signature = request.style == Style::mixed && request.is_signed() &&
                                  quirks.has(Quirk::early_error_signature_echoed);
    if (echoes_signature) due.signing.reset();
    responses.push_back(respond(global, connection, request.header(), std::move(*reply), std::move(due)));
    if (echoes_signature) echo_signature(request.header(), responses.back().message.header);
  }
  return {.responses = finish(global, connection, responses), .disconnect = disconnect};
}

// 3.3.5.2, 3.3.5.3: of SMB1 there is SMB_COM_NEGOTIATE, whose MessageId counts as 0 (3.3.5.2.3).
Received receive_smb1(Global& global, Connection& connection, wire::View message) {
  const auto decoded = wire::decode<smb1::NegotiateRequest>(message);
  const bool readable = std::ranges::none_of(
      decoded.issues, [](const wire::Issue& issue) { return issue.rule != wire::Rule::nonzero_reserved; });
  const Quirks& quirks = global.settings.quirks;
  if (decoded.message.command.forced && quirks.has(Quirk::smb1_commands_passed_over)) return {};
  const bool comes_first =
      (connection.negotiate_dialect == Dialect::none &&
       (quirks.has(Quirk::smb1_without_message_id) || connection.command_sequence_window.take(0, 1))) ||
      quirks.has(Quirk::smb1_again);
  if (!comes_first && quirks.has(Quirk::smb1_passed_over)) return {};
  const bool too_short = quirks.has(Quirk::smb1_short_dropped) && message.size() < smb2::header_size;
  if (!readable || !comes_first || too_short) return {.disconnect = true};
  Answer answered = negotiate(global, connection, decoded.message);
  auto* reply = std::get_if<Reply>(&answered);
  if (reply == nullptr) return {.disconnect = true};
  const smb2::Header nothing{.command = Command::negotiate};
  const Outgoing out = respond(global, connection, nothing, std::move(*reply), {});
  return {.responses = {finish(global, connection, {&out, 1})}};
}

Received receive_sealed(Global& global, Connection& connection, wire::View message) {
  const auto opened = unseal(global, connection, message);
  if (!opened) return {.disconnect = !global.settings.quirks.has(Quirk::unreadable_seal_ignored)};
  return receive_requests(global, connection, opened->message, opened->session_id);
}

}  // namespace

Received receive_message(Global& global, Connection& connection, wire::View message) {
  switch (smb2::protocol_of(message)) {
    case smb1::protocol_id:
      return receive_smb1(global, connection, message);
    case smb2::protocol_id:
      return receive_requests(global, connection, message, 0);
    case smb2::transform_protocol_id:
      if (global.settings.quirks.has(Quirk::sealed_dropped)) return {.disconnect = true};
      return receive_sealed(global, connection, message);
    case smb2::compression_protocol_id:  // 3.3.5.2.1.2: nothing is decompressed yet
    default:
      return {.disconnect = message.size() < smb2::header_size ||
                            !global.settings.quirks.has(Quirk::unknown_protocol_ignored)};
  }
}

// 3.3.1.2: the interim response granted the credits.
wire::Bytes complete(Global& global, Connection& connection, Completion completion) {
  AsyncCommand& command = completion.command;
  const Settings& settings = global.settings;
  if (settings.quirks.has(Quirk::async_response_uncharged)) command.header.credit_charge = 0;
  const std::uint64_t async_id =
      completion.async_id + (settings.quirks.has(Quirk::final_async_id_differs) ? 1 : 0);
  const std::uint16_t credits =
      settings.quirks.has(Quirk::final_response_grants) ? command.header.credits : 0;
  const Outgoing out = protect(
      global, connection,
      {.message = {.header = async_header(settings, command.header, completion.status, credits, async_id),
                   .body = smb2::ErrorResponse{.padding = {0}}},
       .signing = std::move(command.signing),
       .sealing = std::move(command.sealing)});
  return finish(global, connection, {&out, 1});
}

// 4.11.1: sealed where the session is; it is not signed. Its MessageId answers none.
wire::Bytes notify_closed(Global& global, Connection& connection, const Session& session) {
  smb2::ServerToClientNotification body{.notification = wire::Bytes(4)};
  const smb2::Header header{.command = Command::server_to_client_notification,
                            .flags = HeaderFlags::server_to_redir,
                            .message_id = ~std::uint64_t{0},
                            .session_id = session.session_id};
  const Outgoing out = protect(
      global, connection,
      {.message = {.header = header, .body = std::move(body)},
       .sealing = session.encrypt_data ? sealing_key(connection, session) : std::optional<SealingKey>()});
  return finish(global, connection, {&out, 1});
}

// Read to the letter, MaxTransactSize + 256 is 256 bytes before it is negotiated, and shuts out WRITEs where
// MaxWriteSize is the larger. Without multi-credit no size is beyond 64 KiB, so the 68 KiB hold by
// themselves.
std::size_t largest_message(const Settings& settings, const Connection& connection) {
  constexpr std::size_t longest_frame = 0xffffff;
  if (settings.quirks.has(Quirk::messages_of_any_size)) return longest_frame;
  const std::size_t largest =
      std::max({connection.max_transact_size, connection.max_read_size, connection.max_write_size});
  return largest == 0 ? single_credit_request : largest + 256;
}

}  // namespace reference
