#include "reference-server/quirks/tables.h"

namespace reference {
namespace {

constexpr QuirkEntry table[] = {
    {Quirk::signature_unchecked, "signature-unchecked", "SIG-028", "SIG- PRE-015 KDF-",
     "takes a signature for right without computing it", "impacket smbserver"},
};

}  // namespace

std::span<const QuirkEntry> protection_quirks() { return table; }

}  // namespace reference
