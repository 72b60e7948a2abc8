#include "reference-server/quirks/tables.h"

namespace reference {
namespace {

// Measured at smbd 4.17.12; cases/known/samba-4.17.baseline has the bytes.
constexpr QuirkEntry table[] = {
    {Quirk::encryption_announced_without_cipher, "encryption-announced-without-cipher", "NEG-067", "NEG-",
     "sets the ENCRYPTION capability on 3.1.1 for a client that announces it and sends no ENCRYPTION context",
     "Samba 4.17"},
    {Quirk::signing_only_in_common, "signing-only-in-common", "NEG-147", "",
     "answers a SIGNING context without an algorithm in common with none", "Samba 4.17"},
    {Quirk::body_sought_by_structure_size, "body-sought-by-structure-size", "HDR-043", "NEG-028 NEG-",
     "closes the connection where the StructureSize leads to no body", "Samba 4.17"},
    {Quirk::negotiate_charged, "negotiate-charged", "CRD-025", "CRD-031",
     "closes the connection when the CreditCharge of a NEGOTIATE is beyond the credits it grants",
     "Samba 4.17"},
    {Quirk::first_message_of_any_size, "first-message-of-any-size", "HDR-038", "HDR-",
     "takes a message of any size before it knows the dialect", "Samba 4.17"},
    {Quirk::async_flag_echoed, "async-flag-echoed", "CRD-012", "CRD-011",
     "takes the ASYNC flag of a NEGOTIATE it refuses into the answer, and grants nothing", "Samba 4.17"},
    {Quirk::wildcard_in_any_case, "wildcard-in-any-case", "NEG-019", "NEG-041",
     "looks for the wildcard dialect whatever the format byte before it", "Samba 4.17"},
    {Quirk::echo_without_session, "echo-without-session", "ECH-006", "ECH-003",
     "looks for no session at an ECHO that is not signed", "Samba 4.17"},
    {Quirk::failed_binding_ends_session, "failed-binding-ends-session", "SES-092", "SES-084",
     "lets a failed binding take the session with it", "Samba 4.17"},
    {Quirk::session_sought_before_signature, "session-sought-before-signature", "SES-085", "SES-111 SES-",
     "says of a binding that is wrongly signed, or not, that there is no such session", "Samba 4.17"},
    {Quirk::security_buffer_elsewhere_refused, "security-buffer-elsewhere-refused", "SES-002", "SES-031",
     "refuses a security buffer that is not right behind the fixed part", "Samba 4.17"},
    {Quirk::ntlm_max_lengths_compared, "ntlm-max-lengths-compared", "SES-042", "SES-031",
     "refuses NTLMSSP fields whose MaxLen is not their Len", "Samba 4.17"},
    {Quirk::unsigned_tree_connect_refused, "unsigned-tree-connect-refused", "TRE-003", "",
     "refuses an unsigned TREE_CONNECT on 3.1.1 instead of closing the connection", "Samba 4.17"},
    {Quirk::reauthentication_in_progress, "reauthentication-in-progress", "SES-026", "",
     "takes a session that re-authenticates for one in progress", "Samba 4.17"},
    {Quirk::signing_required_by_session_setup_alone, "signing-required-by-session-setup-alone", "SES-052",
     "SIG-031", "does not take the SecurityMode of NEGOTIATE for a session that requires signing",
     "Samba 4.17"},
    {Quirk::odd_names_converted, "odd-names-converted", "PIP-004", "TRE-009",
     "lets the conversion find out that a name has an odd length", "Samba 4.17"},
    {Quirk::path_at_one_place, "path-at-one-place", "TRE-008", "",
     "takes a path right behind the fixed part only", "Samba 4.17"},
    {Quirk::server_name_unread, "server-name-unread", "TRE-011", "", "does not look at the server in a path",
     "Samba 4.17"},
    {Quirk::tree_of_header_inherited, "tree-of-header-inherited", "CMP-016", "",
     "goes by the TreeId of the header where the element before made no tree", "Samba 4.17"},
    {Quirk::sealed_related_first_refused, "sealed-related-first-refused", "ENC-015", "ENC-028 ENC-029",
     "refuses a sealed chain whose first element is related, in the open, instead of closing the connection",
     "Samba 4.17"},
    {Quirk::sealed_sessions_mixed, "sealed-sessions-mixed", "ENC-017", "ENC-016 ENC-028 ENC-029 ENC-006",
     "looks at the session of a sealed chain's first element alone, and refuses another, in the open, "
     "instead of closing the connection",
     "Samba 4.17"},
    {Quirk::validates_resulting_dialect, "validates-resulting-dialect", "IOC-170", "",
     "compares of the dialects in VALIDATE_NEGOTIATE_INFO only what they result in", "Samba 4.17"},
    {Quirk::validate_room_refused, "validate-room-refused", "IOC-169", "",
     "refuses a VALIDATE_NEGOTIATE_INFO with too little room instead of closing the connection",
     "Samba 4.17"},
    {Quirk::validates_on_3_1_1, "validates-on-3-1-1", "IOC-168", "",
     "answers VALIDATE_NEGOTIATE_INFO on 3.1.1", "Samba 4.17"},
    {Quirk::cancel_verified_and_answered, "cancel-verified-and-answered", "ASY-011", "ASY-015 ASY-017",
     "verifies the signature of a CANCEL, and answers one that is wrong", "Samba 4.17"},
    {Quirk::rdma_channel_unread, "rdma-channel-unread", "PIP-038", "PIP-055",
     "does not look at Channel of READ and WRITE", "Samba 4.17"},
    {Quirk::async_response_uncharged, "async-response-uncharged", "HDR-023", "",
     "has CreditCharge 0 in the answer after an interim response", "Samba 4.17"},
    {Quirk::early_error_signature_echoed, "early-error-signature-echoed", "SIG-002", "SIG- CMP-",
     "sends the request's signature back in an error that comes before the signature is looked at",
     "Samba 4.17"},
    // As its sources of 2013 have it.
    {Quirk::binding_not_supported, "binding-not-supported", "SES-090", "",
     "knows nothing of bindings on 3.x and says STATUS_NOT_SUPPORTED", "Samba 4.1"},
    {Quirk::guests_anonymous_too, "guests-anonymous-too", "SES-048", "SES-",
     "sets both IS_GUEST and IS_NULL for whoever is no user", "Samba 4.1"},
};

}  // namespace

std::span<const QuirkEntry> samba_quirks() { return table; }

}  // namespace reference
