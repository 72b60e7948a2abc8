// What a file says of its security: everybody owns it and may do all, as the share alone decides who does.
#pragma once

#include <cstdint>

#include "harness/wire/bytes.h"

namespace reference {

// A self-relative SECURITY_DESCRIPTOR ([MS-DTYP] 2.4.6) of the parts that `security_information` asks for
// ([MS-SMB2] 2.2.37 AdditionalInformation): owner, group and DACL; there is no SACL.
wire::Bytes security_descriptor(std::uint32_t security_information);

}  // namespace reference
