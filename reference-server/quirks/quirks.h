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
  unknown_protocol_ignored,
  smb1_again,
  smb1_passed_over,
  smb1_short_dropped,
  smb1_without_message_id,
  falls_over,
  sessions_time_out,
  malformed_dropped,
  transfer_size_unchecked,
  eight_bytes_behind,
  unknown_command_answered,
  early_command_answered,
  bad_impersonation_unanswered,
  session_zero_dropped,
  last_session_on_all,
  errors_in_the_commands_body,
  closed_file_is_a_parameter,
  message_id_unchecked,
  message_id_kept,
  cancel_takes_message_id,
  charge_takes_one,
  charge_unchecked,
  multi_credit_in_2_0_2,
  credits_run_out,
  credits_not_granted,
  compound_charges_first,
  compound_cut,
  compound_backwards,
  compound_overrun,
  compound_past_the_end,
  compound_header_unchecked,
  compound_middle_lost,
  compound_keeps_error,
  compound_interim_misplaced,
  compound_keeps_tree,
  tree_id_for_async_id,
  final_async_id_differs,
  final_response_grants,
  pending_by_message_id,
  cancel_by_async_id_ignored,
  async_cancel_without_message_id,
  cancel_by_message_id_ignored,
  close_leaves_waiting,
  // NEGOTIATE.
  contexts_twice,
  encryption_wants_capability,
  validates_any_negotiate,
  negotiates_again,
  signed_negotiate_dropped,
  no_dialects_taken,
  always_2_0_2,
  multi_protocol_wants_2_0_2,
  multi_protocol_prefers_2_0_2,
  encryption_unasked,
  encryption_capability_in_3_1_1,
  signing_enabled_missing,
  preauth_missing_taken,
  preauth_cut_taken,
  nothing_common_unanswered,
  two_ciphers_unanswered,
  signing_count_zero_taken,
  transport_cut_taken,
  answers_unsupported_contexts,
  preauth_without_request,
  preauth_without_response,
  session_preauth_from_zero,
  session_preauth_without_legs,
  session_preauth_without_last,
  session_preauth_shared,
  binding_preauth_without_answer,
  binding_preauth_without_last,
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
  encryption_not_insisted_on,
  no_cipher_drops_connection,
  encrypt_data_always,
  require_signing_ignored,
  signing_enabled_wanted,
  setup_capabilities_refused,
  setup_in_compound_drops_connection,
  security_buffer_at_one_place,
  first_mechanism_alone,
  user_name_with_case,
  ntlm_mic_unchecked,
  mech_list_mic_unchecked,
  mech_list_mic_wrong,
  malformed_ntlm_drops_connection,
  key_exchange_ignored,
  challenge_without_sign,
  guest_with_signing_refused,
  guest_token_garbage,
  expiry_checked_once,
  binding_makes_keys,
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
  unsigned_tree_connect_taken,
  ca_capability_below_3,
  tree_disconnect_keeps_tree,
  tree_disconnect_with_opens_drops_connection,
  encrypted_share_in_plain,
  // Signing, encryption.
  signature_unchecked,
  signature_checked_where_required,
  unsigned_taken,
  signed_unknown_session_drops_connection,
  no_signing_key_drops_connection,
  signed_flag_copied,
  chain_signed_once,
  echo_without_session_unanswered,
  hmac_sha256_refused,
  bound_channel_signs_with_session_key,
  sealing_keys_swapped,
  long_sealing_key_halved,
  unsealed_taken,
  unreadable_seal_ignored,
  sealed_tag_unchecked,
  sealed_flags_unchecked,
  sealed_session_unchecked,
  sealed_read_drops_connection,
  sealed_logoff_answered_plain,
  transform_flags_are_the_cipher,
  nonce_reused,
  interim_plain,
  interim_under_another_session,
  // What makes a server Samba.
  binding_not_supported,
  guests_anonymous_too,
  encryption_announced_without_cipher,
  signing_only_in_common,
  body_sought_by_structure_size,
  negotiate_charged,
  messages_of_any_size,
  size_in_no_error_context,
  channel_sequence_from_zero,
  async_flag_echoed,
  wildcard_in_any_case,
  echo_without_session,
  failed_binding_ends_session,
  session_sought_before_signature,
  security_buffer_elsewhere_refused,
  ntlm_max_lengths_compared,
  unsigned_tree_connect_refused,
  reauthentication_in_progress,
  signing_required_by_session_setup_alone,
  odd_names_converted,
  path_at_one_place,
  server_name_unread,
  tree_of_header_inherited,
  sealed_related_first_refused,
  sealed_sessions_mixed,
  validates_resulting_dialect,
  validate_room_refused,
  validates_on_3_1_1,
  cancel_verified_and_answered,
  rdma_channel_unread,
  async_response_uncharged,
  early_error_signature_echoed,
  // What makes a server illumos.
  one_hash_only,
  missing_preauth_is_no_overlap,
  encryption_context_unjudged,
  preferred_cipher_never_offered,
  start_time_told,
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
// Whether a row is one of those that `quirk` breaks: "HDR-021".
bool breaks(const QuirkEntry& quirk, std::string_view row);

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
