#include "reference-server/handlers/session_setup.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "reference-server/model/session_keys.h"
#include "reference-server/model/sessions.h"
#include "reference-server/model/verification.h"
#include "reference-server/quirks/tokens.h"

namespace reference {
namespace {

using security::Progress;
using security::Refusal;
using security::SpnegoAcceptor;
using security::Verdict;
using smb2::Capabilities;
using smb2::Dialect;
using smb2::NtStatus;
using smb2::SessionFlags;
using State = Session::State;

constexpr std::size_t security_buffer_place = smb2::header_size + 24;  // behind the fixed part

constexpr std::string_view guest_name = "GUEST";

constexpr NtStatus password_expired{0xc0000071};      // STATUS_PASSWORD_EXPIRED
constexpr NtStatus password_must_change{0xc0000224};  // STATUS_PASSWORD_MUST_CHANGE

bool encrypts(const Settings& settings) {
  return implements_3x(settings) && settings.encrypt_data && settings.reject_unencrypted_access &&
         !settings.quirks.has(Quirk::encryption_not_insisted_on);
}

bool is_multi_channel_capable(const Settings& settings) {
  return implements_3x(settings) && smb2::has(settings.capabilities, Capabilities::multi_channel);
}

// What a SESSION_SETUP is to its session.
enum class Purpose : std::uint8_t { authentication, reauthentication, binding };

// One leg of it.
struct Leg {
  Global& global;
  Connection& connection;
  Request& request;
  Session& session;
  Purpose purpose = Purpose::authentication;

  const smb2::SessionSetupRequest& body() const { return request.body<smb2::SessionSetupRequest>(); }
  std::uint64_t id() const { return session.session_id; }
  bool is_3x() const { return smb2::is_3x(connection.dialect); }
  bool has(Quirk quirk) const { return global.settings.quirks.has(quirk); }
  bool binds() const { return purpose == Purpose::binding; }

  // The one that this authentication goes into; reauthentication goes into none. 3.1.1
  crypto::PreauthIntegrity& preauth() const {
    return binds() ? connection.preauth_session_table[id()] : session.preauth_integrity_hash_value;
  }
  PreauthOf preauth_of() const { return binds() ? PreauthOf::preauth_session : PreauthOf::session; }
  bool is_hashed() const {
    return connection.dialect == Dialect::smb_3_1_1 && purpose != Purpose::reauthentication;
  }
};

// Failing authentication ends the session that it was for, but not one that it was to be bound to.
Answer refuse(const Leg& leg, NtStatus status) {
  leg.connection.authentications.erase(leg.id());
  leg.connection.preauth_session_table.erase(leg.id());
  if (leg.purpose == Purpose::reauthentication && leg.has(Quirk::failed_reauthentication_drops_connection) &&
      !leg.connection.async_command_list.empty()) {
    return Disconnect{};
  }
  const bool stays = leg.binds() || leg.has(Quirk::failed_session_stays);
  if (!stays) remove_session(leg.global, leg.id());
  if (leg.has(Quirk::setup_error_looks_like_success))
    return Reply{.status = status, .body = smb2::SessionSetupResponse{}};
  return fail(status);
}

// The status for what GSS-API does not let in.
NtStatus status_of(const Quirks& quirks, const SpnegoAcceptor::Answer& answer,
                   const SpnegoAcceptor& acceptor) {
  if (answer.refusal == Refusal::malformed) return NtStatus::sec_e_invalid_token;
  const bool malformed = acceptor.outcome().verdict == Verdict::malformed;
  if (answer.refusal != Refusal::mechanism || !malformed) return NtStatus::logon_failure;
  return quirks.has(Quirk::ntlm_max_lengths_compared) ? NtStatus::invalid_parameter
                                                      : NtStatus::sec_e_invalid_token;
}

SecurityContext security_context(const security::AcceptorOutcome& outcome) {
  switch (outcome.verdict) {
    case Verdict::user:
      return {.user_name = share_key(outcome.user)};
    case Verdict::anonymous:
      return {.is_anonymous = true};
    default:
      return {.user_name = std::string(guest_name), .is_guest = true};
  }
}

// Whether all connections of a ClientGuid speak one dialect.
bool verify_dialect(const Leg& leg) {
  if (!implements_3x(leg.global.settings) || leg.has(Quirk::dialect_of_client_unchecked)) return true;
  const Connection& first = leg.global.connection_list.at(leg.session.connection);
  if (first.dialect == Dialect::smb_2_0_2) return true;
  return leg.global.client_table.try_emplace(first.client_guid, first.dialect).first->second == first.dialect;
}

void require_signing(const Leg& leg) {
  Session& session = leg.session;
  if (smb2::has(leg.body().security_mode, smb2::SessionSecurityMode::signing_required) &&
      !leg.has(Quirk::setup_signing_ignored)) {
    session.signing_required = true;
  }
  const bool is_user = !session.is_guest && !session.is_anonymous;
  const bool server_requires =
      leg.global.settings.require_signing && !leg.has(Quirk::require_signing_ignored);
  const bool client_requires =
      leg.connection.should_sign && !leg.has(Quirk::signing_required_by_session_setup_alone);
  if (is_user && (client_requires || server_requires)) {
    session.signing_required = true;
  }
}

// As printed, the step makes every session without encryption sign, and every binding end encryption. We
// take the condition on EncryptData to be around all of it, as earlier revisions have it, and bindings to be
// outside.
void require_encryption(const Leg& leg) {
  Session& session = leg.session;
  if (leg.binds()) return;
  if (leg.is_3x() && encrypts(leg.global.settings) && can_encrypt(leg.connection)) {
    session.signing_required = false;
    session.encrypt_data = true;
    return;
  }
  session.encrypt_data = false;
  const bool is_user = !session.is_guest && !session.is_anonymous;
  if (leg.global.settings.encrypt_data && is_user) session.signing_required = true;
}

void add_channel(const Leg& leg, wire::View full_key) {
  if (!leg.is_3x()) return;
  leg.connection.session_table.insert(leg.id());
  if (find_channel(leg.session, leg.connection) != nullptr) return;
  const bool has_own_key = leg.binds() && !leg.has(Quirk::bound_channel_signs_with_session_key);
  leg.session.channel_list.push_back(
      {.signing_key =
           has_own_key ? bound_signing_key(leg.connection, leg.preauth(), full_key) : leg.session.signing_key,
       .connection = leg.connection.number});
}

void end_previous_session(const Leg& leg) {
  const std::uint64_t previous = leg.body().previous_session_id;
  if (previous == 0 || previous == leg.id() || leg.has(Quirk::previous_session_stays)) return;
  const Session* old = find_session(leg.global, previous);
  if (old == nullptr || old->security_context != leg.session.security_context) return;
  remove_session(leg.global, previous);
}

// RFC 4120 3.2.3: an authenticator is remembered for as long as the clock skew lets it pass. In the model and
// not in the library's file, so that a copy of the server knows what the original knew.
bool is_replay(Global& global, const wire::Bytes& authenticator) {
  constexpr Time both_ways = 2 * std::chrono::minutes(5);
  if (authenticator.empty()) return false;
  std::erase_if(global.authenticators, [&](const auto& entry) { return entry.second <= global.now; });
  return !global.authenticators.try_emplace(authenticator, global.now + both_ways).second;
}

// What GSS_Accept_sec_context returned, or what the administrator wants where that is earlier.
std::optional<Time> expiration_time(const Global& global, const security::AcceptorOutcome& outcome) {
  std::optional<Time> end;
  if (outcome.lifetime) end = global.now + *outcome.lifetime;
  const auto lifetime = global.settings.session_lifetime;
  if (lifetime.count() != 0) end = std::min(end.value_or(Time::max()), global.now + lifetime);
  return end;
}

bool is_about_the_password(NtStatus status) {
  return status == password_expired || status == password_must_change;
}

// What is said to a user whose account has been closed, or whose password has.
std::optional<NtStatus> closed_account(const Settings& settings, const SecurityContext& who) {
  const auto found = settings.refused_accounts.find(who.user_name);
  if (found == settings.refused_accounts.end() || who.is_anonymous || who.is_guest) return {};
  const bool lets_in =
      settings.quirks.has(is_about_the_password(found->second) ? Quirk::expired_passwords_taken
                                                               : Quirk::disabled_accounts_let_in);
  if (lets_in) return {};
  return found->second;
}

Answer succeed(const Leg& leg, const security::AcceptorOutcome& outcome, wire::Bytes token) {
  Session& session = leg.session;
  const SecurityContext who = security_context(outcome);
  if (const auto status = closed_account(leg.global.settings, who)) return refuse(leg, *status);
  const bool has_no_key = who.is_anonymous || who.is_guest;
  if (has_no_key && leg.has(Quirk::no_key_drops_connection)) return Disconnect{};
  const bool is_marked = wire::has(outcome.flags, security::NegotiateFlags::anonymous);
  if (who.is_anonymous &&
      (leg.has(Quirk::anonymous_refused) || (!is_marked && leg.has(Quirk::anonymous_wants_flag)))) {
    return refuse(leg, NtStatus::logon_failure);
  }
  if (who.is_guest && leg.connection.should_sign && leg.has(Quirk::guest_with_signing_refused))
    return refuse(leg, NtStatus::logon_failure);
  const bool is_named_so = std::ranges::find(leg.global.gss.ntlm.users, outcome.user,
                                             &security::NtlmUser::name) != leg.global.gss.ntlm.users.end();
  if (!has_no_key && !is_named_so && leg.has(Quirk::user_name_with_case))
    return refuse(leg, NtStatus::logon_failure);
  if (leg.binds() && who.user_name != session.user_name && !leg.has(Quirk::binding_of_another_user)) {
    return refuse(leg, leg.has(Quirk::binding_of_another_user_fails_logon) ? NtStatus::logon_failure
                                                                           : NtStatus::not_supported);
  }
  if (!verify_dialect(leg)) return refuse(leg, NtStatus::user_session_deleted);
  const bool forgets =
      leg.has(leg.binds() ? Quirk::binding_preauth_without_last : Quirk::session_preauth_without_last);
  if (leg.is_hashed() && !forgets) leg.preauth().absorb(leg.request.bytes);

  if (!session.security_context) session.security_context = who;
  session.user_name = session.security_context->user_name;
  session.is_anonymous = session.security_context->is_anonymous;
  session.is_guest = session.security_context->is_guest;
  if (implements_3x(leg.global.settings) && !session.is_anonymous)
    leg.connection.constrained_connection = false;
  require_signing(leg);
  const bool again = leg.purpose == Purpose::reauthentication && leg.has(Quirk::reauthentication_makes_keys);
  if (again) session.channel_list.clear();
  const bool too = leg.binds() && leg.has(Quirk::binding_makes_keys);
  if (again || too || leg.purpose == Purpose::authentication)
    derive_keys(leg.global.settings.quirks, leg.connection, session, outcome.session_key);
  add_channel(leg, outcome.session_key);
  require_encryption(leg);
  leg.connection.authentications.erase(leg.id());
  leg.connection.preauth_session_table.erase(leg.id());
  end_previous_session(leg);

  if (leg.has(Quirk::session_preauth_shared))
    leg.connection.preauth_integrity_hash_value = session.preauth_integrity_hash_value;
  session.state = State::valid;
  leg.global.sessions_in_progress.erase(leg.id());
  if (!leg.binds()) session.expiration_time = expiration_time(leg.global, outcome);
  if (!leg.binds()) session.supports_notifications = leg.connection.supports_notifications;

  smb2::SessionSetupResponse response{.buffer = std::move(token)};
  if (session.is_anonymous) response.session_flags = SessionFlags::is_null;
  if (session.is_guest) response.session_flags = SessionFlags::is_guest;
  if ((session.is_anonymous || session.is_guest) && leg.has(Quirk::guests_anonymous_too))
    response.session_flags = SessionFlags::is_null | SessionFlags::is_guest;
  const bool always = leg.is_3x() && leg.has(Quirk::encrypt_data_always);
  if (session.encrypt_data || always)
    response.session_flags = response.session_flags | SessionFlags::encrypt_data;
  Reply reply{.body = std::move(response), .session_id = leg.id()};
  if (!session.is_anonymous && !session.is_guest && !leg.has(Quirk::final_setup_unsigned))
    reply.signing = channel_signing_key(leg.connection, session);
  return reply;
}

Answer go_on(const Leg& leg, wire::Bytes token) {
  Reply reply{.status = NtStatus::more_processing_required,
              .body = smb2::SessionSetupResponse{.buffer = std::move(token)},
              .session_id = leg.id()};
  if (leg.is_hashed() && (leg.binds() || !leg.has(Quirk::session_preauth_without_legs))) {
    leg.preauth().absorb(leg.request.bytes);
    if (!leg.binds() || !leg.has(Quirk::binding_preauth_without_answer)) reply.preauth = leg.preauth_of();
  }
  if (leg.binds()) reply.signing = session_signing_key(leg.connection, leg.session);
  return reply;
}

// The token, where SecurityBufferOffset says.
wire::Bytes token_of(const Leg& leg) {
  constexpr std::size_t usual_offset = smb2::header_size + 24;
  if (!leg.has(Quirk::security_buffer_at_one_place)) return leg.body().buffer;
  const wire::View rest = leg.request.bytes.subspan(usual_offset);
  const wire::View token = rest.first(std::min(rest.size(), leg.body().buffer.size()));
  return {token.begin(), token.end()};
}

// 3.3.5.5.3
Answer authenticate(const Leg& leg) {
  Global& global = leg.global;
  SpnegoAcceptor& acceptor = leg.connection.authentications[leg.id()];
  const wire::Bytes token = token_of(leg);
  if (leg.has(Quirk::first_mechanism_alone) && prefers_another_mechanism(token))
    return refuse(leg, NtStatus::logon_failure);
  auto answer = acceptor.accept(
      global.gss, token, [&](std::span<std::uint8_t> bytes) { global.random.fill(bytes); },
      global.system_time());
  if (depart(global.settings.quirks, answer.token)) acceptor.sent(answer.token);
  security::AcceptorOutcome outcome = acceptor.outcome();
  if (security::exchanges_key(outcome.flags) && leg.has(Quirk::key_exchange_ignored))
    outcome.session_key.assign(outcome.session_key.size(), 0);
  switch (answer.progress) {
    case Progress::more:
      return go_on(leg, std::move(answer.token));
    case Progress::done:
      if (is_replay(global, outcome.authenticator)) return refuse(leg, NtStatus::logon_failure);
      return succeed(leg, outcome, std::move(answer.token));
    case Progress::failed:
      break;
  }
  const bool is_garbled = answer.refusal == Refusal::mechanism && outcome.verdict == Verdict::malformed;
  if (is_garbled && leg.has(Quirk::malformed_ntlm_drops_connection)) return Disconnect{};
  const bool is_altered = answer.refusal == Refusal::mechanism && outcome.verdict == Verdict::altered;
  if ((is_altered && leg.has(Quirk::ntlm_mic_unchecked)) ||
      (answer.refusal == Refusal::altered && leg.has(Quirk::mech_list_mic_unchecked))) {
    outcome.verdict = Verdict::user;
    return succeed(leg, outcome, acceptor.welcome_guest());
  }
  const bool is_wrong = answer.refusal == Refusal::mechanism && outcome.verdict == Verdict::wrong_password;
  if (is_wrong && leg.has(Quirk::wrong_password_unanswered)) return Silence{};
  if (is_wrong && leg.has(Quirk::password_unchecked)) {
    outcome.verdict = Verdict::user;
    return succeed(leg, outcome, acceptor.welcome_guest());
  }
  const bool is_unknown = answer.refusal == Refusal::mechanism && outcome.verdict == Verdict::no_such_user;
  if (is_unknown && global.settings.guests) {
    wire::Bytes welcome = acceptor.welcome_guest();
    if (leg.has(Quirk::guest_token_garbage)) global.random.fill(welcome);
    return succeed(leg, outcome, std::move(welcome));
  }
  return refuse(leg, status_of(global.settings.quirks, answer, acceptor));
}

// 3.3.5.5, what a binding must be before its token is looked at; the session was found.
NtStatus admit_binding(const Global& global, const Connection& connection, const Request& request,
                       const Session& session) {
  const Connection& first = global.connection_list.at(session.connection);
  const Quirks& quirks = global.settings.quirks;
  const bool seeks_first = quirks.has(Quirk::session_sought_before_signature);
  if (seeks_first && !request.is_signed() && session.signing_required) return NtStatus::user_session_deleted;
  if (connection.dialect != first.dialect || !request.is_signed()) return NtStatus::invalid_parameter;
  if (first.client_guid != connection.client_guid) return NtStatus::user_session_deleted;
  if (session.state == State::in_progress) return NtStatus::request_not_accepted;
  if (session.state == State::expired) return NtStatus::network_session_expired;
  if ((session.is_anonymous || session.is_guest) && !quirks.has(Quirk::binding_of_guests))
    return NtStatus::not_supported;
  if (connection.session_table.contains(session.session_id) && !quirks.has(Quirk::binding_twice))
    return NtStatus::request_not_accepted;
  const auto key = session_signing_key(connection, session);
  const bool verifies = !quirks.has(Quirk::binding_signature_unchecked);
  if (verifies && (!key || !verify(request.bytes, *key)))
    return seeks_first ? NtStatus::user_session_deleted : NtStatus::access_denied;
  // Not in the list: the session has keys for one cipher.
  if (connection.cipher_id != first.cipher_id) return NtStatus::invalid_parameter;
  if (connection.dialect == Dialect::smb_3_1_1 && !quirks.has(Quirk::binding_ignores_notifications) &&
      session.supports_notifications != connection.supports_notifications) {
    return NtStatus::invalid_parameter;
  }
  return NtStatus::success;
}

// What the hash of a binding starts from.
const crypto::PreauthIntegrity& first_hash(const Global& global, const Connection& connection) {
  const bool goes_on = global.settings.quirks.has(Quirk::binding_hash_goes_on);
  return goes_on && !connection.session_table.empty()
             ? global.session_table.at(*connection.session_table.begin()).preauth_integrity_hash_value
             : connection.preauth_integrity_hash_value;
}

Answer bind(Global& global, Connection& connection, Request& request) {
  const bool finds = !global.settings.quirks.has(Quirk::binding_finds_no_session);
  Session* session = finds ? find_session(global, request.session_id) : nullptr;
  const NtStatus refusal = session == nullptr ? NtStatus::user_session_deleted
                                              : admit_binding(global, connection, request, *session);
  const bool ends_it = global.settings.quirks.has(Quirk::failed_binding_ends_session);
  if (refusal != NtStatus::success && ends_it && connection.session_table.contains(request.session_id))
    remove_session(global, request.session_id);
  if (refusal != NtStatus::success) return fail(refusal);
  connection.preauth_session_table.try_emplace(session->session_id, first_hash(global, connection));
  return authenticate({global, connection, request, *session, Purpose::binding});
}

// A session with the id that the client chose.
Session& adopt(Global& global, Connection& connection, std::uint64_t session_id) {
  const std::uint64_t next = std::exchange(global.next_session_id, session_id);
  Session& session = make_session(global, connection);
  global.next_session_id = next;
  return session;
}

// 3.3.5.5.2, and further legs of a first authentication.
Answer resume(Global& global, Connection& connection, Request& request) {
  const Quirks& quirks = global.settings.quirks;
  Session* session = find_session(global, connection, request.session_id);
  if (session == nullptr && quirks.has(Quirk::unknown_session_adopted))
    session = &adopt(global, connection, request.session_id);
  const bool begins = !connection.authentications.contains(request.session_id);
  if (session == nullptr && begins && quirks.has(Quirk::foreign_session_resumed))
    session = find_session(global, request.session_id);
  if (session == nullptr) return fail(NtStatus::user_session_deleted);
  if (session->state == State::expired) reset_session(global, *session);
  const bool again = !session->session_key.empty();
  if (again && begins && quirks.has(Quirk::reauthentication_makes_session))
    return authenticate({global, connection, request, make_session(global, connection)});
  return authenticate(
      {global, connection, request, *session, again ? Purpose::reauthentication : Purpose::authentication});
}

}  // namespace

Answer session_setup(Global& global, Connection& connection, Request& request) {
  const Settings& settings = global.settings;
  const Quirks& quirks = settings.quirks;
  const bool is_3x = smb2::is_3x(connection.dialect);
  if (!request.first && quirks.has(Quirk::setup_in_compound_drops_connection)) return Disconnect{};
  if (is_3x && !can_encrypt(connection) && quirks.has(Quirk::no_cipher_drops_connection)) return Disconnect{};
  const auto& body = request.body<smb2::SessionSetupRequest>();
  const bool is_signer = smb2::has(body.security_mode, smb2::SessionSecurityMode::signing_enabled);
  const bool is_plain = (body.capabilities & ~Capabilities::dfs) == Capabilities{};
  if ((!is_signer && quirks.has(Quirk::signing_enabled_wanted)) ||
      (!is_plain && quirks.has(Quirk::setup_capabilities_refused))) {
    return fail(NtStatus::invalid_parameter);
  }
  const bool client_encrypts = smb2::has(connection.client_capabilities, Capabilities::encryption);
  if (encrypts(settings) && !(is_3x && client_encrypts)) return fail(NtStatus::access_denied);

  const std::size_t offset = request.body<smb2::SessionSetupRequest>().security_buffer_offset.value;
  if (settings.quirks.has(Quirk::security_buffer_elsewhere_refused) && offset != security_buffer_place)
    return fail(NtStatus::invalid_parameter);

  const bool begins = !connection.authentications.contains(request.session_id);
  if (begins && connection.authentications.size() >= settings.max_authentications) {
    return fail(NtStatus::insufficient_resources);
  }
  if (request.session_id == 0) {
    if (connection.session_table.size() >= settings.max_sessions)
      return fail(NtStatus::insufficient_resources);
    Session& session = make_session(global, connection);
    return authenticate({global, connection, request, session, Purpose::authentication});
  }
  if (implements_3x(settings) && asks_for_binding(request)) {
    const bool can_bind = is_3x && is_multi_channel_capable(settings);
    const bool unknown = is_3x && settings.quirks.has(Quirk::binding_not_supported);
    if (!can_bind) return fail(unknown ? NtStatus::not_supported : NtStatus::request_not_accepted);
    return bind(global, connection, request);
  }
  return resume(global, connection, request);
}

}  // namespace reference
