// [MS-SMB2] 2.2.41, 3.1.4.3: the TRANSFORM_HEADER of the server's sealed messages
#include <fmt/format.h>

#include "harness/audit/rules/rules.h"

namespace audit {
namespace {

using smb2::Cipher;
using smb2::TransformFlags;

bool is_sound(const Sealed& s) {
  return s.header.flags == TransformFlags::encrypted && s.header.original_message_size.value == s.size;
}

void fields(const Sealed& s, Judge& judge) {
  judge.equal("Flags", s.header.flags, TransformFlags::encrypted);
  judge.equal("OriginalMessageSize", s.header.original_message_size.value,
              static_cast<std::uint32_t>(s.size));
}

void reserved(const Sealed& s, Judge& judge) { judge.equal("Reserved", s.header.reserved, std::uint16_t{0}); }

// Behind a header that breaks the rule above nothing can be told.
void opens(const Sealed& s, Judge& judge) {
  if (!is_sound(s)) return;
  judge.applies();
  if (!s.opened) {
    judge.fail("Signature", "the tag of what was sealed with the session's key",
               wire::to_hex(s.header.signature));
  }
}

void nonce_is_new(const Sealed& s, Judge& judge) {
  if (!s.opened) return;
  judge.applies();
  const auto known = s.server.nonces.find(s.header.session_id);
  if (known != s.server.nonces.end() && known->second.contains(s.header.nonce)) {
    judge.fail("Nonce", "one that the session has not had", wire::to_hex(s.header.nonce));
  }
}

// The bytes of Nonce behind those that the algorithm uses.
template <std::size_t used, Cipher... ciphers>
void nonce_ends_in_zeros(const Sealed& s, Judge& judge) {
  if (!s.opened || !((s.connection.cipher == ciphers) || ...)) return;
  judge.applies();
  const auto rest = wire::View(s.header.nonce).subspan(used);
  if (std::ranges::any_of(rest, [](std::uint8_t byte) { return byte != 0; })) {
    judge.fail("Nonce", fmt::format("zeros behind the first {} bytes", used), wire::to_hex(s.header.nonce));
  }
}
constexpr auto gcm_nonce = nonce_ends_in_zeros<12, Cipher::aes_128_gcm, Cipher::aes_256_gcm>;
constexpr auto ccm_nonce = nonce_ends_in_zeros<11, Cipher::aes_128_ccm, Cipher::aes_256_ccm>;

const Entry<SealedCheck> table[] = {
    {{"transform-fields",
      "A transform header has Flags 1 and the size of what it seals",
      Strength::must,
      "ENC-024",
      {"ENC-026"}},
     fields},
    {{"transform-reserved", "Reserved of a transform header is 0", Strength::should, "ENC-046"}, reserved},
    {{"seal", "A sealed message opens with the key of its session", Strength::must, "ENC-025"}, opens},
    {{"nonce-once", "The server uses no nonce twice in a session", Strength::must, "ENC-023"}, nonce_is_new},
    {{"nonce-gcm", "The last 4 bytes of a nonce for GCM are 0", Strength::must, "ENC-021"}, gcm_nonce},
    {{"nonce-ccm", "The last 5 bytes of a nonce for CCM are 0", Strength::should, "ENC-022"}, ccm_nonce},
};

}  // namespace

SealedEntries sealed_rules() { return table; }

}  // namespace audit
