// Upper case as NTLMv2 needs it of user names. [MS-NLMP] 3.3.2
#pragma once

#include "harness/wire/value.h"

namespace security {

// Unit for unit: ASCII, Latin-1, Latin Extended-A, Greek and Cyrillic. Others stay as they are, and so do
// letters without a capital of one unit in the same table (ß, ŉ). Ill-formed text survives.
wire::Utf16 upper_case(const wire::Utf16& text);

}  // namespace security
