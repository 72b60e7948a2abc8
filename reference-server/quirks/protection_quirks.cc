#include "reference-server/quirks/tables.h"

namespace reference {
namespace {

constexpr QuirkEntry table[] = {
    {Quirk::signature_unchecked, "signature-unchecked", "SIG-028", "SIG- PRE-015 KDF-",
     "takes a signature for right without computing it", "impacket smbserver"},
    {Quirk::signature_checked_where_required, "signature-checked-where-required", "SIG-035", "SIG- PRE-015",
     "computes a signature only where a session requires one", "a fault made up"},
    {Quirk::unsigned_taken, "unsigned-taken", "SIG-031", "SIG- SES- LOG-021 CMP-028",
     "serves what is not signed where signing is required", "a fault made up"},
    {Quirk::signed_unknown_session_drops_connection, "signed-unknown-session-drops-connection", "SIG-022",
     "SIG- LOG- SES- ECH-005", "disconnects whoever signs for a session it does not know",
     "WB-256: chimera-nas pull request 1340"},
    {Quirk::no_signing_key_drops_connection, "no-signing-key-drops-connection", "SIG-027", "SIG-",
     "goes down on a signature for a session that has no key",
     "WB-248, WB-276: dittofs issue 748, Samba bug 14210"},
    {Quirk::signed_flag_copied, "signed-flag-copied", "SIG-019", "SIG- HDR-",
     "copies the flags of a request into its answer, SIGNED too", "WB-264: chimera-nas issues 1305, 1308"},
    {Quirk::chain_signed_once, "chain-signed-once", "SIG-019", "SIG- CMP-",
     "signs of a chain of answers the first", "WB-245: ksmbd commit c670a9a"},
    {Quirk::echo_without_session_unanswered, "echo-without-session-unanswered", "ECH-004", "TRE-004",
     "never answers an ECHO without SessionId", "WB-252: go-smb2 server commit f262ea5"},
    {Quirk::hmac_sha256_refused, "hmac-sha256-refused", "NEG-147", "",
     "refuses a client that signs with HMAC-SHA256 alone", "WB-254: dittofs pull request 689"},
    {Quirk::bound_channel_signs_with_session_key, "bound-channel-signs-with-session-key", "KDF-012",
     "KDF- SIG- SES- PRE-", "has no signing key for a channel, but the session's", "a fault made up"},
    {Quirk::sealing_keys_swapped, "sealing-keys-swapped", "KDF-008",
     "KDF- ENC- SES- ASY-015 ECH-010 SIG-021 LOG-023", "seals with the key that is for what it receives",
     "a fault made up"},
    {Quirk::long_sealing_key_halved, "long-sealing-key-halved", "KDF-003", "KDF- ENC-",
     "derives 16 of the 32 bytes that AES-256 takes", "a fault made up"},
    {Quirk::unsealed_taken, "unsealed-taken", "ENC-036", "ENC- SES-",
     "serves what is signed alone in a session that is to be sealed", "WB-283: chimera-nas commit d4867e3a"},
    {Quirk::unreadable_seal_ignored, "unreadable-seal-ignored", "ENC-001", "ENC- HDR- KDF-021",
     "passes over sealed messages that it cannot open", "a fault made up"},
    {Quirk::sealed_tag_unchecked, "sealed-tag-unchecked", "ENC-010", "ENC-",
     "decrypts without looking at the tag", "WB-294: impacket commit c23b3d55"},
    {Quirk::sealed_flags_unchecked, "sealed-flags-unchecked", "ENC-003", "",
     "takes a TRANSFORM_HEADER with any Flags", "WB-302: chimera-nas issue 1040"},
    {Quirk::sealed_session_unchecked, "sealed-session-unchecked", "ENC-016",
     "ENC-006 ENC-017 ENC-024 ENC-028", "serves one session what was sealed for another",
     "WB-288: chimera-nas issue 1238"},
    {Quirk::sealed_read_drops_connection, "sealed-read-drops-connection", "ENC-028", "",
     "goes down on a sealed READ that ends within a block", "WB-286: ksmbd commit 02154c1"},
    {Quirk::sealed_logoff_answered_plain, "sealed-logoff-answered-plain", "LOG-023", "ENC-",
     "answers a sealed LOGOFF in plain, its keys being gone", "a fault made up"},
    {Quirk::transform_flags_are_the_cipher, "transform-flags-are-the-cipher", "ENC-024", "ENC-",
     "has the cipher in the Flags of its TRANSFORM_HEADER", "WB-293: impacket pull request 2216"},
    {Quirk::nonce_reused, "nonce-reused", "ENC-023", "", "seals everything with one nonce",
     "WB-292: Samba bug 11300"},
    {Quirk::interim_plain, "interim-plain", "ENC-030", "ENC-",
     "does not seal the interim response to a sealed request", "a fault made up"},
    {Quirk::interim_under_another_session, "interim-under-another-session", "ENC-024", "ENC-",
     "has another SessionId in the TRANSFORM_HEADER of an interim response", "WB-278: Samba bug 14189"},
};

}  // namespace

std::span<const QuirkEntry> protection_quirks() { return table; }

}  // namespace reference
