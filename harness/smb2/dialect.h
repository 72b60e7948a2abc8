// [MS-SMB2] 2.2.3 Dialects, 2.2.4 DialectRevision
#pragma once

#include <cstdint>

#include "harness/smb2/flags.h"

namespace smb2 {

enum class Dialect : std::uint16_t {
  none = 0xffff,  // 3.3.1.7 Connection.NegotiateDialect before any choice
  smb_2_0_2 = 0x0202,
  smb_2_1 = 0x0210,
  wildcard = 0x02ff,
  smb_3_0 = 0x0300,
  smb_3_0_2 = 0x0302,
  smb_3_1_1 = 0x0311,
};

inline constexpr Name dialect_names[] = {
    {0x0202, "2.0.2"}, {0x0210, "2.1"},   {0x02ff, "2.???"},
    {0x0300, "3.0"},   {0x0302, "3.0.2"}, {0x0311, "3.1.1"},
};
constexpr Names names(Dialect) { return dialect_names; }

inline constexpr Dialect all_dialects[] = {Dialect::smb_2_0_2, Dialect::smb_2_1, Dialect::smb_3_0,
                                           Dialect::smb_3_0_2, Dialect::smb_3_1_1};

// The SMB 3.x dialect family.
constexpr bool is_3x(Dialect d) { return d >= Dialect::smb_3_0 && d <= Dialect::smb_3_1_1; }

}  // namespace smb2
