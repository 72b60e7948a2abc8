// Makes the operators of flag enumerations findable for those of this namespace.
#pragma once

#include "harness/wire/names.h"

namespace smb2 {

using wire::operator|;
using wire::operator&;
using wire::operator~;
using wire::has;
using wire::Name;
using wire::Names;

}  // namespace smb2
