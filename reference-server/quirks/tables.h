// The quirks by what they are about. Only quirks.cc puts them together.
#pragma once

#include "reference-server/quirks/quirks.h"

namespace reference {

std::span<const QuirkEntry> connection_quirks();  // framing, the header, credits, compounds, NEGOTIATE
std::span<const QuirkEntry> session_quirks();     // SESSION_SETUP, binding, LOGOFF, trees
std::span<const QuirkEntry> protection_quirks();  // signing, encryption

std::span<const QuirkEntry> samba_quirks();    // what makes a server Samba
std::span<const QuirkEntry> illumos_quirks();  // what makes a server illumos

}  // namespace reference
