// Tokens of security buffers as text, SPNEGO and the message of the mechanism inside.
#pragma once

#include <string>
#include <vector>

#include "harness/wire/bytes.h"
#include "harness/wire/field.h"
#include "harness/wire/issue.h"

namespace security {

// Shows the fields of a token to an observer, and those of an NTLM message in it as elements of "NTLMSSP",
// with offsets from the message's own start. The issues of both.
std::vector<wire::Issue> observe(wire::View token, wire::Observer& fields);

// A line a field and an issue. "" for no bytes.
std::string transcript(wire::View token);

}  // namespace security
