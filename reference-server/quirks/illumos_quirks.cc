#include "reference-server/quirks/tables.h"

namespace reference {
namespace {

// As change 12513 of 2020, which brought 3.1.1 to illumos, has them.
constexpr QuirkEntry table[] = {
    {Quirk::one_hash_only, "one-hash-only", "NEG-107", "NEG-",
     "refuses a PREAUTH context with more than one hash algorithm", "illumos 12513"},
    {Quirk::missing_preauth_is_no_overlap, "missing-preauth-is-no-overlap", "NEG-097", "",
     "says of a NEGOTIATE without a PREAUTH context that no hash is in common", "illumos 12513"},
    {Quirk::encryption_context_unjudged, "encryption-context-unjudged", "NEG-099", "NEG-118",
     "takes two ENCRYPTION contexts, and one without ciphers", "illumos 12513"},
    {Quirk::preferred_cipher_never_offered, "preferred-cipher-never-offered", "NEG-113", "NEG-120 NEG-",
     "chooses AES-128-GCM for a client that offers AES-128-CCM alone", "illumos 12513"},
    {Quirk::start_time_told, "start-time-told", "NEG-076", "NEG-024 NEG-014", "tells when it was started",
     "illumos 12513"},
};

}  // namespace

std::span<const QuirkEntry> illumos_quirks() { return table; }

}  // namespace reference
