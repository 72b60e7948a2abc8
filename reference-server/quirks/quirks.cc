#include "reference-server/quirks/quirks.h"

#include <algorithm>
#include <iterator>

namespace reference {
namespace {

constexpr QuirkEntry table[] = {
    {Quirk::contexts_twice, "contexts-twice", "NEG-098", "NEG-099 NEG-100 NEG-101 NEG-102",
     "takes a NEGOTIATE with two contexts of one type", "Samba 4.17"},
    {Quirk::encryption_wants_capability, "encryption-wants-capability", "NEG-112", "",
     "answers an ENCRYPTION context only to a client that announces the capability as well", "Samba 4.17"},
    {Quirk::validates_any_negotiate, "validates-any-negotiate", "IOC-173",
     "IOC-170 IOC-171 IOC-172 IOC-174 IOC-175", "says yes to VALIDATE_NEGOTIATE_INFO whatever it is told",
     "servers that answer with their own values alone"},
    {Quirk::signature_unchecked, "signature-unchecked", "SIG-028", "SIG- PRE-015 KDF-",
     "takes a signature for right without computing it", "impacket smbserver"},
    {Quirk::binding_signature_unchecked, "binding-signature-unchecked", "SES-085", "",
     "binds a session to another connection without verifying the signature of the request",
     "WB-218: chimera-nas issue 955"},
    {Quirk::logoff_without_session_id, "logoff-without-session-id", "HDR-021", "LOG-",
     "has SessionId 0 in its answer to LOGOFF", "WB-150: impacket issue 1829"},
    {Quirk::logoff_keeps_session, "logoff-keeps-session", "LOG-007", "LOG- SES-021 SES-025 TRE-013 ENC-004",
     "answers LOGOFF, and the session goes on", "a fault made up"},
    {Quirk::tree_disconnect_keeps_tree, "tree-disconnect-keeps-tree", "TRE-047", "TRE- SES-091",
     "answers TREE_DISCONNECT, and the tree goes on", "a fault made up"},
};

}  // namespace

std::span<const QuirkEntry> quirks() { return table; }

std::optional<Quirk> quirk_of(std::string_view name) {
  const auto at = std::ranges::find(table, name, &QuirkEntry::name);
  if (at == std::end(table)) return std::nullopt;
  return at->quirk;
}

}  // namespace reference
