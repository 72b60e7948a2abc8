// Named departures from the specification, each at one decision point of this server. With one switched on,
// the suite has to turn red with the requirement it breaks; a list of them describes a server that people
// meet (personalities.h).
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace reference {

enum class Quirk : std::uint8_t {
  // Framing, the header, credits, compounds.
  // NEGOTIATE.
  contexts_twice,
  encryption_wants_capability,
  validates_any_negotiate,
  // SESSION_SETUP, binding, LOGOFF.
  setup_signing_ignored,
  setup_error_looks_like_success,
  unknown_session_adopted,
  foreign_session_resumed,
  failed_session_stays,
  password_unchecked,
  wrong_password_unanswered,
  final_setup_unsigned,
  previous_session_stays,
  dialect_of_client_unchecked,
  reauthentication_makes_keys,
  reauthentication_makes_session,
  failed_reauthentication_drops_connection,
  no_key_drops_connection,
  anonymous_refused,
  anonymous_wants_flag,
  binding_signature_unchecked,
  binding_finds_no_session,
  binding_twice,
  binding_of_guests,
  binding_of_another_user,
  binding_of_another_user_fails_logon,
  binding_ignores_notifications,
  binding_hash_goes_on,
  channel_loss_ends_session,
  logoff_without_session_id,
  logoff_keeps_session,
  logoff_ends_another_session,
  logoff_leaves_requests,
  // TREE_CONNECT, TREE_DISCONNECT.
  unknown_share_is_bad_path,
  unknown_share_unanswered,
  path_outside_drops_connection,
  tree_disconnect_keeps_tree,
  tree_disconnect_with_opens_drops_connection,
  encrypted_share_in_plain,
  // Signing, encryption.
  signature_unchecked,
  count
};

struct QuirkEntry {
  Quirk quirk;
  std::string_view name;         // "contexts-twice"
  std::string_view requirement;  // the row of requirements.tsv it breaks first
  std::string_view also;         // further rows and families ("SIG-") that cases name for the same departure
  std::string_view what;         // the server …
  std::string_view seen;         // where; rows of the collection of wild bugs as "WB-150"
};

std::span<const QuirkEntry> quirks();
// By its name, or by the wild bug it was seen as: "logoff-without-session-id", "WB-150".
std::optional<Quirk> quirk_of(std::string_view name);

// Those that are switched on.
class Quirks {
 public:
  void add(Quirk quirk) { on_.set(static_cast<std::size_t>(quirk)); }
  void add(const Quirks& others) { on_ |= others.on_; }
  bool has(Quirk quirk) const { return on_.test(static_cast<std::size_t>(quirk)); }
  bool operator==(const Quirks&) const = default;

 private:
  std::bitset<static_cast<std::size_t>(Quirk::count)> on_;
};

}  // namespace reference
