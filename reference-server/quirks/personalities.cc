#include "reference-server/quirks/personalities.h"

#include <algorithm>

namespace reference {
namespace {

using smb2::Capabilities;

constexpr Quirk samba_4_17_quirks[] = {Quirk::contexts_twice,
                                       Quirk::encryption_wants_capability,
                                       Quirk::encryption_announced_without_cipher,
                                       Quirk::signing_only_in_common,
                                       Quirk::body_sought_by_structure_size,
                                       Quirk::unknown_command_answered,
                                       Quirk::negotiate_charged,
                                       Quirk::messages_of_any_size,
                                       Quirk::size_in_no_error_context,
                                       Quirk::channel_sequence_from_zero,
                                       Quirk::async_flag_echoed,
                                       Quirk::wildcard_in_any_case,
                                       Quirk::echo_without_session,
                                       Quirk::failed_binding_ends_session,
                                       Quirk::session_sought_before_signature,
                                       Quirk::security_buffer_elsewhere_refused,
                                       Quirk::ntlm_max_lengths_compared,
                                       Quirk::unsigned_tree_connect_refused,
                                       Quirk::reauthentication_in_progress,
                                       Quirk::dialect_of_client_unchecked,
                                       Quirk::no_signing_key_drops_connection,
                                       Quirk::signing_required_by_session_setup_alone,
                                       Quirk::odd_names_converted,
                                       Quirk::path_at_one_place,
                                       Quirk::server_name_unread,
                                       Quirk::tree_of_header_inherited,
                                       Quirk::sealed_related_first_refused,
                                       Quirk::sealed_sessions_mixed,
                                       Quirk::validates_resulting_dialect,
                                       Quirk::validate_room_refused,
                                       Quirk::validates_on_3_1_1,
                                       Quirk::cancel_verified_and_answered,
                                       Quirk::rdma_channel_unread,
                                       Quirk::async_response_uncharged,
                                       Quirk::early_error_signature_echoed};

constexpr Quirk samba_4_1_quirks[] = {
    Quirk::security_buffer_elsewhere_refused,
    Quirk::binding_not_supported,
    Quirk::guests_anonymous_too,
    Quirk::echo_without_session,
    Quirk::path_at_one_place,
    Quirk::server_name_unread,
};

constexpr Quirk illumos_2020_quirks[] = {
    Quirk::one_hash_only,
    Quirk::missing_preauth_is_no_overlap,
    Quirk::encryption_context_unjudged,
    Quirk::preferred_cipher_never_offered,
    Quirk::nothing_common_unanswered,
    Quirk::encryption_capability_in_3_1_1,
    Quirk::start_time_told,
};

void without_recent_contexts(Settings& settings) {
  settings.compression_algorithms.clear();
  settings.chained_compression = false;
  settings.rdma_transforms.clear();
  settings.transport_capabilities = false;
}

void settle_samba_4_17(Settings& settings) {
  without_recent_contexts(settings);
  settings.capabilities =
      Capabilities::dfs | Capabilities::leasing | Capabilities::large_mtu | Capabilities::multi_channel;
  settings.max_credits = 8192;
}

// It knows 3.0 and no second channel.
void settle_samba_4_1(Settings& settings) {
  settings.maximum_dialect = smb2::Dialect::smb_3_0;
  settings.ciphers = {smb2::Cipher::aes_128_ccm};
  settings.capabilities = Capabilities::dfs | Capabilities::large_mtu;
  settings.max_credits = 8192;
}

// Of the contexts it knows PREAUTH and ENCRYPTION.
void settle_illumos_2020(Settings& settings) {
  without_recent_contexts(settings);
  settings.signing_algorithms.clear();
  settings.ciphers = {smb2::Cipher::aes_128_gcm, smb2::Cipher::aes_128_ccm};
  settings.capabilities = Capabilities::dfs | Capabilities::large_mtu;
}

constexpr Personality table[] = {
    {"samba-4.1", "smbd of 2013, as its sources for SESSION_SETUP and LOGOFF have it", samba_4_1_quirks,
     settle_samba_4_1},
    {"illumos-2020", "the SMB server of illumos when 3.1.1 came to it, up to the answer to NEGOTIATE",
     illumos_2020_quirks, settle_illumos_2020},
    {"samba-4.17", "smbd 4.17.12 as Debian has it", samba_4_17_quirks, settle_samba_4_17},
};

}  // namespace

std::span<const Personality> personalities() { return table; }

const Personality* find_personality(std::string_view name) {
  const auto* found = std::ranges::find(table, name, &Personality::name);
  return found == std::end(table) ? nullptr : found;
}

void take_on(const Personality& personality, Settings& settings) {
  personality.settle(settings);
  for (const Quirk quirk : personality.quirks) settings.quirks.add(quirk);
  settings.personality = personality.name;
}

}  // namespace reference
