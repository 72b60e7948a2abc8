#include "reference-server/quirks/tables.h"

namespace reference {
namespace {

constexpr QuirkEntry table[] = {
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

std::span<const QuirkEntry> session_quirks() { return table; }

}  // namespace reference
