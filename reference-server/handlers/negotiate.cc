#include "reference-server/handlers/negotiate.h"

#include <algorithm>
#include <optional>
#include <ranges>

#include "harness/security/spnego.h"
#include "harness/smb2/header.h"
#include "reference-server/handlers/negotiate_contexts.h"

namespace reference {
namespace {

using smb2::Capabilities;
using smb2::Dialect;
using smb2::NtStatus;
using smb2::SecurityMode;

constexpr std::uint32_t single_credit_size = 64 << 10;  // bytes

bool implements(const Settings& settings, Dialect dialect) {
  return settings.minimum_dialect <= dialect && dialect <= settings.maximum_dialect;
}

// Direct TCP counts as port 445, whichever port it is.
bool supports_multi_credit(const Settings& settings, Dialect dialect) {
  const bool from_2_1 = dialect >= Dialect::smb_2_1 || settings.quirks.has(Quirk::multi_credit_in_2_0_2);
  return from_2_1 && smb2::has(settings.capabilities, Capabilities::large_mtu);
}

// Those that stand in the response when the server has them, on this connection at all, and those that the
// client must have asked for as well.
struct Offer {
  Capabilities always;
  Capabilities when_asked;
};
Offer offer(Dialect dialect) {
  switch (dialect) {
    case Dialect::smb_2_0_2:
      return {Capabilities::dfs, {}};
    case Dialect::smb_2_1:
    case Dialect::wildcard:
      return {Capabilities::dfs | Capabilities::leasing | Capabilities::large_mtu, {}};
    default:
      break;
  }
  Offer offer{.always = Capabilities::dfs | Capabilities::leasing | Capabilities::large_mtu,
              .when_asked = Capabilities::multi_channel | Capabilities::directory_leasing |
                            Capabilities::persistent_handles};
  offer.when_asked = offer.when_asked |
                     (dialect == Dialect::smb_3_1_1 ? Capabilities::notifications : Capabilities::encryption);
  return offer;
}

// What `Settings::capabilities` says, and ENCRYPTION as far as 3.0 knows it.
Capabilities capabilities_of(const Settings& settings) {
  const bool encrypts =
      std::ranges::find(settings.ciphers, smb2::Cipher::aes_128_ccm) != settings.ciphers.end();
  return (settings.capabilities & ~Capabilities::encryption) |
         (encrypts ? Capabilities::encryption : Capabilities{});
}

Capabilities response_capabilities(const Settings& settings, Dialect dialect, Capabilities asked,
                                   bool cipher_negotiated) {
  auto [always, when_asked] = offer(dialect);
  const Quirks& quirks = settings.quirks;
  if (quirks.has(Quirk::notifications_unsaid)) when_asked = when_asked & ~Capabilities::notifications;
  if (quirks.has(Quirk::encryption_unasked)) always = always | (when_asked & Capabilities::encryption);
  const bool in_3_1_1 = quirks.has(Quirk::encryption_capability_in_3_1_1) ||
                        (quirks.has(Quirk::encryption_announced_without_cipher) && !cipher_negotiated);
  if (in_3_1_1 && dialect == Dialect::smb_3_1_1) when_asked = when_asked | Capabilities::encryption;
  return capabilities_of(settings) & (always | (when_asked & asked));
}

SecurityMode security_mode(const Settings& settings, SecurityMode of_client) {
  if (of_client == SecurityMode::signing_required && settings.quirks.has(Quirk::signing_enabled_missing))
    return SecurityMode::signing_required;
  return settings.require_signing ? SecurityMode::signing_enabled | SecurityMode::signing_required
                                  : SecurityMode::signing_enabled;
}

// What the responses of 3.3.5.3.1, 3.3.5.3.2 and 3.3.5.4 have in common, and what they leave in the
// connection.
smb2::NegotiateResponse respond(const Global& global, Connection& connection) {
  const Settings& settings = global.settings;
  const Dialect dialect = connection.negotiate_dialect;
  connection.supports_multi_credit = supports_multi_credit(settings, dialect);
  const auto size = [&](std::uint32_t greatest) {
    return connection.supports_multi_credit ? greatest : std::min(greatest, single_credit_size);
  };
  connection.server_security_mode = security_mode(settings, connection.client_security_mode);
  connection.server_capabilities = response_capabilities(settings, dialect, connection.client_capabilities,
                                                         connection.cipher_id != smb2::Cipher::none);
  connection.max_transact_size = size(settings.max_transact_size);
  connection.max_read_size = size(settings.max_read_size);
  connection.max_write_size = size(settings.max_write_size);
  return {.security_mode = connection.server_security_mode,
          .dialect_revision = dialect,
          .server_guid = global.server_guid,
          .capabilities = connection.server_capabilities,
          .max_transact_size = connection.max_transact_size,
          .max_read_size = connection.max_read_size,
          .max_write_size = connection.max_write_size,
          .system_time = global.system_time(),
          .server_start_time = settings.quirks.has(Quirk::start_time_told) ? global.wall_clock : 0,
          .buffer = security::neg_token_init2(security::mechanisms(global.gss))};
}

// Whether a dialect's string is listed, by whatever byte it begins.
bool holds(const smb1::NegotiateRequest& request, std::string_view dialect) {
  const auto& bytes = request.dialects;
  return !std::ranges::search(bytes, dialect, [](std::uint8_t a, char b) {
            return a == static_cast<std::uint8_t>(b);
          }).empty();
}

bool lists(const smb1::NegotiateRequest& request, std::string_view dialect) {
  const auto strings = smb1::dialect_strings(request);
  return std::ranges::find(strings, dialect) != strings.end();
}

bool is_malformation(wire::Rule rule) {
  switch (rule) {
    case wire::Rule::nonzero_reserved:   // 2.2.3, 2.2.3.1: ignored
    case wire::Rule::wrong_length:       // a context longer than its content: no rule
    case wire::Rule::malformed_payload:  // for 3.3.5.4 to judge
    case wire::Rule::not_minimal:
      return false;
    default:
      return true;
  }
}

}  // namespace

std::optional<Dialect> greatest_common_dialect(const Settings& settings, std::span<const Dialect> offered) {
  const auto contains = [&](Dialect dialect) {
    return implements(settings, dialect) && std::ranges::find(offered, dialect) != offered.end();
  };
  if (settings.quirks.has(Quirk::always_2_0_2) && contains(Dialect::smb_2_0_2)) return Dialect::smb_2_0_2;
  for (const Dialect dialect : smb2::all_dialects | std::views::reverse) {
    if (contains(dialect)) return dialect;
  }
  return {};
}

Answer negotiate(Global& global, Connection& connection, const smb1::NegotiateRequest& request) {
  const Quirks& quirks = global.settings.quirks;
  const bool implements_2_0_2 = implements(global.settings, Dialect::smb_2_0_2);
  const bool lists_2_0_2 = implements_2_0_2 && lists(request, smb1::smb_2_002);
  const bool passes_over = (!implements_2_0_2 && quirks.has(Quirk::multi_protocol_wants_2_0_2)) ||
                           (lists_2_0_2 && quirks.has(Quirk::multi_protocol_prefers_2_0_2));
  const bool implements_2_1 = global.settings.maximum_dialect >= Dialect::smb_2_1;
  const bool lists_wildcard =
      lists(request, smb1::smb_2_wildcard) ||
      (quirks.has(Quirk::wildcard_in_any_case) && holds(request, smb1::smb_2_wildcard));
  if (implements_2_1 && lists_wildcard && !passes_over) {
    connection.negotiate_dialect = Dialect::wildcard;
  } else if (lists_2_0_2) {
    connection.dialect = connection.negotiate_dialect = Dialect::smb_2_0_2;
  } else if (quirks.has(Quirk::smb1_dialects_taken)) {
    connection.negotiate_dialect = Dialect::wildcard;
  } else {
    return Disconnect{};
  }
  return Reply{.body = respond(global, connection)};
}

Answer negotiate(Global& global, Connection& connection, Request& received) {
  const auto& request = received.body<smb2::NegotiateRequest>();
  connection.client_capabilities = request.capabilities;
  connection.client_security_mode = request.security_mode;
  connection.client_guid = request.client_guid;
  if (smb2::has(request.security_mode, SecurityMode::signing_required)) connection.should_sign = true;
  auto dialect = greatest_common_dialect(global.settings, request.dialects);
  if (request.dialects.empty() && !global.settings.quirks.has(Quirk::no_dialects_taken))
    return fail(NtStatus::invalid_parameter);
  if (request.dialects.empty()) dialect = global.settings.minimum_dialect;
  if (!dialect) return fail(NtStatus::not_supported);
  const bool charged = global.settings.quirks.has(Quirk::negotiate_charged) && dialect != Dialect::smb_2_0_2;
  if (charged && received.header().credit_charge > global.settings.max_credits) return Disconnect{};
  connection.client_dialects = request.dialects;
  // From here on a failure leaves the connection with a dialect, so that the next NEGOTIATE disconnects.
  connection.dialect = connection.negotiate_dialect = *dialect;
  if (dialect == Dialect::smb_3_1_1) {
    const NtStatus status = process_contexts(global.settings, connection, request.negotiate_contexts);
    if (status != NtStatus::success) return fail(status);
  }

  smb2::NegotiateResponse response = respond(global, connection);
  connection.supports_notifications = smb2::has(response.capabilities, Capabilities::notifications);
  if (dialect == Dialect::smb_3_1_1) {
    response.negotiate_contexts = build_contexts(global, connection, request.negotiate_contexts);
    if (connection.cipher_id != smb2::Cipher::none) {
      connection.server_capabilities = connection.server_capabilities | Capabilities::encryption;
    }
    connection.preauth_integrity_hash_value = {};
    const Quirks& quirks = global.settings.quirks;
    if (!quirks.has(Quirk::preauth_without_request))
      connection.preauth_integrity_hash_value.absorb(received.bytes);
    const auto takes_answer =
        quirks.has(Quirk::preauth_without_response) ? PreauthOf::nothing : PreauthOf::connection;
    return Reply{.body = std::move(response), .preauth = takes_answer};
  }
  return Reply{.body = std::move(response)};
}

bool is_malformed(const Settings& settings, const smb2::NegotiateRequest& request,
                  std::span<const wire::Issue> issues) {
  constexpr std::size_t fixed_part = 36;
  const std::size_t end_of_dialects = smb2::header_size + fixed_part + 2 * request.dialects.size();
  // To a server without 3.1.1 the eight bytes that lead to the contexts are ClientStartTime.
  const bool has_contexts = greatest_common_dialect(settings, request.dialects) == Dialect::smb_3_1_1;
  return std::ranges::any_of(issues, [&](const wire::Issue& issue) {
    if (!is_malformation(issue.rule)) return false;
    const bool in_context_list = issue.field == "NegotiateContextList" || issue.field == "Data";
    return in_context_list ? has_contexts : issue.offset <= end_of_dialects;
  });
}

}  // namespace reference
