#include "reference-server/model/verification.h"

#include <algorithm>

#include "reference-server/handlers/negotiate.h"
#include "reference-server/model/async.h"
#include "reference-server/model/command_needs.h"
#include "reference-server/model/opens.h"
#include "reference-server/model/protection.h"
#include "reference-server/model/sessions.h"

namespace reference {
namespace {

using smb2::Command;
using smb2::Dialect;
using smb2::NtStatus;
using State = Session::State;

using Check = Verdict (*)(Global&, Connection&, Request&);

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

// As the body has it; 0 where there is none.
unsigned structure_size(const Request& request) {
  const wire::View body = request.bytes.subspan(smb2::header_size);
  return body.size() < 2 ? 0U : static_cast<unsigned>(body[0] | body[1] << 8);
}

Verdict size(Global& global, Connection&, Request& request) {
  const Quirks& quirks = global.settings.quirks;
  if (quirks.has(Quirk::body_sought_by_structure_size) && structure_size(request) < 2) return Disconnect{};
  const bool any_size = quirks.has(Quirk::messages_of_any_size);
  if (!any_size && request.bytes.size() > single_credit_request && !carries_payload(request.command())) {
    return Disconnect{};
  }
  return {};
}

// 3.3.5.2.6: its Command is none of 2.2.1.
Verdict command(Global& global, Connection& connection, Request& request) {
  const auto code = static_cast<std::uint64_t>(request.command());
  if (!wire::name_of(smb2::command_names, code).empty()) return {};
  const bool answers =
      connection.dialect != Dialect::none && global.settings.quirks.has(Quirk::unknown_command_answered);
  return answers ? fail(NtStatus::invalid_parameter) : Disconnect{};
}

// 3.3.5.2.2, and the first step of 3.3.5.4.
Verdict connection_state(Global& global, Connection& connection, Request& request) {
  const Quirks& quirks = global.settings.quirks;
  const bool negotiating = connection.dialect == Dialect::none;
  if (negotiating == (request.command() == Command::negotiate)) return {};
  if (negotiating && quirks.has(Quirk::early_command_answered)) return fail(NtStatus::invalid_parameter);
  if (!negotiating && quirks.has(Quirk::negotiates_again)) return {};
  return Disconnect{};
}

// 3.3.5.2.3
Verdict sequence_number(Global& global, Connection& connection, Request& request) {
  const Quirks& quirks = global.settings.quirks;
  if (request.command() == Command::cancel && !quirks.has(Quirk::cancel_takes_message_id)) return {};
  const auto& header = request.header();
  if (!connection.supports_multi_credit && header.credit_charge > 1 &&
      quirks.has(Quirk::charge_above_one_refused))
    return fail(NtStatus::invalid_parameter);
  const bool one = quirks.has(Quirk::charge_takes_one) ||
                   (!request.first && quirks.has(Quirk::compound_charges_first)) ||
                   !connection.supports_multi_credit;
  const std::uint64_t charge = one ? 1 : std::max<std::uint16_t>(header.credit_charge, 1);
  CommandSequenceWindow& window = connection.command_sequence_window;
  const bool is_granted = quirks.has(Quirk::message_id_kept)
                              ? CommandSequenceWindow(window).take(header.message_id, charge)
                              : window.take(header.message_id, charge);
  if (!is_granted && !quirks.has(Quirk::message_id_unchecked)) return Disconnect{};
  return {};
}

// 3.3.5.2.9: one of the connection's.
Session* sought_session(Global& global, const Connection& connection, std::uint64_t session_id) {
  return global.settings.quirks.has(Quirk::session_of_another_connection)
             ? find_session(global, session_id)
             : find_session(global, connection, session_id);
}

Answer no_session(const Quirks& quirks) {
  return fail(quirks.has(Quirk::unknown_session_is_a_parameter) ? NtStatus::invalid_parameter
                                                                : NtStatus::user_session_deleted);
}

// 3.3.5.2.4. The signature of a request to bind is verified where 3.3.5.5 says so, after what it says first.
Verdict signature(Global& global, Connection& connection, Request& request) {
  const Quirks& quirks = global.settings.quirks;
  if (request.is_encrypted || asks_for_binding(request)) return {};
  if (!request.is_signed()) {
    const Session* session = find_session(global, request.session_id);
    const bool is_required = session != nullptr && session->signing_required;
    if (is_required && !quirks.has(Quirk::unsigned_taken)) return fail(NtStatus::access_denied);
    return {};
  }
  if (request.command() == Command::negotiate) {
    if (global.settings.quirks.has(Quirk::signed_negotiate_dropped)) return Disconnect{};
    return fail(NtStatus::invalid_parameter);
  }
  const Session* session = sought_session(global, connection, request.session_id);
  if (session == nullptr && quirks.has(Quirk::signed_unknown_session_drops_connection)) return Disconnect{};
  if (session == nullptr) return no_session(quirks);
  if (quirks.has(Quirk::session_of_another_connection) &&
      !connection.session_table.contains(request.session_id))
    return {};
  const auto key = channel_signing_key(connection, *session);
  if (!key && quirks.has(Quirk::no_signing_key_drops_connection)) return Disconnect{};
  if (!key) return fail(NtStatus::not_supported);
  if (quirks.has(Quirk::signature_unchecked)) return {};
  if (!session->signing_required && quirks.has(Quirk::signature_checked_where_required)) return {};
  if (!verify(request.bytes, *key)) return fail(NtStatus::access_denied);
  return {};
}

bool lies_about_its_buffer(wire::Rule rule) {
  return rule == wire::Rule::outside || rule == wire::Rule::overlapping;
}

// The end of the fixed part, where 3.3.5.7 and 3.3.5.15 judge the offsets and lengths themselves.
std::optional<std::size_t> end_of_fixed_part(Command command) {
  switch (command) {
    case Command::tree_connect:
      return smb2::header_size + 8;
    case Command::ioctl:
      return smb2::header_size + 56;
    default:
      return {};
  }
}

// Whether the body departs from its section in 2.2.
bool is_malformed(const Global& global, const Request& request) {
  if (const auto* negotiate = std::get_if<smb2::NegotiateRequest>(&request.message.body)) {
    return is_malformed(global.settings, *negotiate, request.issues);
  }
  const auto end = end_of_fixed_part(request.command());
  const bool is_transfer = request.command() == Command::read || request.command() == Command::write;
  const bool any_size = is_transfer && global.settings.quirks.has(Quirk::transfer_size_unchecked);
  return std::ranges::any_of(request.issues, [&](const wire::Issue& issue) {
    if (issue.offset < smb2::header_size || (end && issue.offset >= *end)) return false;
    if (any_size && issue.rule == wire::Rule::wrong_constant) return false;
    return issue.rule == wire::Rule::truncated || issue.rule == wire::Rule::wrong_constant ||
           (!end && lies_about_its_buffer(issue.rule));
  });
}

// 3.3.5.2.6
Verdict structure(Global& global, Connection&, Request& request) {
  const Quirks& quirks = global.settings.quirks;
  const bool chain_breaks =
      request.last && request.header().next_command != 0 && !quirks.has(Quirk::compound_past_the_end);
  const bool any_header = !request.first && quirks.has(Quirk::compound_header_unchecked);
  const bool header_is_malformed = std::ranges::any_of(request.issues, [&](const wire::Issue& issue) {
    return issue.offset < smb2::header_size && issue.rule == wire::Rule::wrong_constant && !any_header;
  });
  const bool refused = quirks.has(Quirk::eight_bytes_behind) &&
                       request.bytes.size() == smb2::encode(request.message).size() + 8;
  if (!chain_breaks && !header_is_malformed && !request.header().is_response() &&
      !is_malformed(global, request) && !refused) {
    return {};
  }
  if (quirks.has(Quirk::malformed_dropped)) return Disconnect{};
  return fail(NtStatus::invalid_parameter);
}

// 3.3.5.2.7
Verdict compound(Global& global, Connection&, Request& request) {
  if (begins_for_another_session(global.settings.quirks, request)) return fail(NtStatus::access_denied);
  const bool aligned =
      request.header().next_command % 8 == 0 || global.settings.quirks.has(Quirk::compound_next_unaligned);
  if (!request.last && !aligned) return Disconnect{};
  const bool replays = smb2::has(request.header().flags, smb2::HeaderFlags::replay_operation);
  if (replays && !needs_file_id(request) && request.command() != Command::create &&
      global.settings.quirks.has(Quirk::replay_flag_refused))
    return fail(NtStatus::invalid_parameter);
  if (request.style == Style::mixed) return fail(NtStatus::invalid_parameter);
  if (request.refused) return fail(*request.refused);
  return {};
}

// 3.3.5.2.9, for all commands but those whose own sections say when a session is verified.
Verdict session(Global& global, Connection& connection, Request& request) {
  const bool is_signed_cancel = request.command() == Command::cancel && request.is_signed();  // 3.3.5.16
  if (!needs_session(request) && !is_signed_cancel) return {};
  return verify_session(global, connection, request);
}

// 3.3.5.2.11
Verdict tree_connect(Global& global, Connection& connection, Request& request) {
  if (!needs_tree_connect(request)) return {};
  auto& table = request.session->tree_connect_table;
  const auto found = table.find(request.tree_id);
  if (found == table.end()) return fail(NtStatus::network_name_deleted);
  request.tree_connect = &found->second;
  if (!smb2::is_3x(connection.dialect)) return {};

  const Settings& settings = global.settings;
  const bool share_encrypts = global.share_list.at(found->second.share).encrypt_data;
  const bool reject = settings.reject_unencrypted_access;
  if (settings.quirks.has(Quirk::encrypted_share_in_plain)) return {};
  const bool must_encrypt =
      implements_3_1_1(settings) ? share_encrypts : (settings.encrypt_data || share_encrypts) && reject;
  if (must_encrypt && can_encrypt(connection) && !request.is_encrypted) return fail(NtStatus::access_denied);
  const bool wants_encryption = settings.encrypt_data || share_encrypts || request.is_encrypted;
  if (wants_encryption && reject && !can_encrypt(connection)) return fail(NtStatus::access_denied);
  return {};
}

// Session.OpenTable, as each command with a FileId has it; FSCTLs look at other things first (3.3.5.15).
Verdict open(Global& global, Connection& connection, Request& request) {
  if (!needs_file_id(request) || request.command() == Command::ioctl) return {};
  request.open = find_open(global, *request.session, request.file_id);
  if (request.open != nullptr) return verify_channel_sequence(global, connection, request);
  return fail(global.settings.quirks.has(Quirk::closed_file_is_a_parameter) ? NtStatus::invalid_parameter
                                                                            : NtStatus::file_closed);
}

// The order of 3.3.5.2. 3.3.5.2.5 is for the commands that carry a payload, each in its own section.
constexpr Check checks[] = {size,      command,  connection_state, sequence_number, signature,
                            structure, compound, session,          tree_connect,    open};

// Of a session that is not Valid; LOGOFF, CLOSE and LOCK are `always` processed.
std::optional<NtStatus> refused_in(State state, const Quirks& quirks, bool first, bool always) {
  const bool looks = first || !quirks.has(Quirk::expiry_checked_once);
  const bool lets_go = always && !quirks.has(Quirk::expired_logoff_refused);
  if (state == State::expired && !lets_go && looks && !quirks.has(Quirk::expired_session_served))
    return NtStatus::network_session_expired;
  // The specification leaves the status to the server.
  const bool goes =
      always ? !quirks.has(Quirk::logoff_in_progress_refused) : quirks.has(Quirk::session_in_progress_served);
  if (state == State::in_progress && !goes) return NtStatus::request_not_accepted;
  return {};
}

}  // namespace

Verdict verify(Global& global, Connection& connection, Request& request) {
  for (const Check check : checks) {
    if (Verdict verdict = check(global, connection, request)) return verdict;
  }
  return {};
}

Verdict verify_session(Global& global, Connection& connection, Request& request) {
  const Settings& settings = global.settings;
  if (implements_3x(settings) && connection.constrained_connection && !settings.allow_anonymous_access) {
    return Disconnect{};
  }
  Session* session = sought_session(global, connection, request.session_id);
  if (request.session_id == 0 && settings.quirks.has(Quirk::session_zero_dropped)) return Disconnect{};
  if (session == nullptr) {
    const bool ends_another = request.command() == Command::logoff && !connection.session_table.empty() &&
                              settings.quirks.has(Quirk::logoff_ends_another_session);
    if (ends_another) remove_session(global, *connection.session_table.begin());
    return no_session(settings.quirks);
  }
  session->idle_time = global.now;  // 3.3.5.2.8
  const bool always = request.command() == Command::logoff || request.command() == Command::close ||
                      request.command() == Command::lock;
  if (const auto refusal = refused_in(session->state, settings.quirks, request.first, always))
    return fail(*refusal);
  const bool reauthenticates = connection.authentications.contains(session->session_id);
  if (settings.quirks.has(Quirk::reauthentication_in_progress) && reauthenticates &&
      request.command() == Command::tree_connect)
    return fail(NtStatus::invalid_handle);
  if (smb2::is_3x(connection.dialect) && session->encrypt_data && !request.is_encrypted &&
      (implements_3_1_1(settings) || settings.reject_unencrypted_access) &&
      !settings.quirks.has(Quirk::unsealed_taken)) {
    return fail(NtStatus::access_denied);
  }
  request.session = session;
  return {};
}

Verdict verify_channel_sequence(Global& global, const Connection& connection, const Request& request) {
  if (!smb2::is_3x(connection.dialect)) return {};
  const Command command = request.command();
  const bool changes_something =
      command == Command::write || command == Command::set_info || command == Command::ioctl;
  const auto refuse = [&]() -> Verdict {
    if (changes_something) return fail(NtStatus::file_not_available);
    return {};
  };
  Open& open = *request.open;
  const std::uint16_t sequence = request.header().channel_sequence;
  const auto ahead = static_cast<std::uint16_t>(sequence - open.channel_sequence);
  if (ahead > 0x7fff) return refuse();
  open.channel_sequence = sequence;
  const bool is_replay = smb2::has(request.header().flags, smb2::HeaderFlags::replay_operation);
  if (is_replay && outstanding_pre_requests(global, open) != 0) return refuse();
  return {};
}

bool covers(const Settings& settings, const Connection& connection, const smb2::Header& header,
            std::uint64_t size) {
  if (!connection.supports_multi_credit || settings.quirks.has(Quirk::charge_unchecked)) return true;
  constexpr std::uint64_t credit = 64 * 1024;  // bytes
  const std::uint64_t charge = size == 0 ? 1 : (size - 1) / credit + 1;
  return charge <= std::max<std::uint64_t>(header.credit_charge, 1);
}

bool begins_for_another_session(const Quirks& quirks, const Request& request) {
  return quirks.has(Quirk::sealed_sessions_mixed) && request.is_encrypted && request.first &&
         request.sealed_by != request.header().session_id;
}

bool asks_for_binding(const Request& request) {
  const auto* setup = std::get_if<smb2::SessionSetupRequest>(&request.message.body);
  return setup != nullptr && smb2::has(setup->flags, smb2::SessionSetupFlags::binding);
}

}  // namespace reference
