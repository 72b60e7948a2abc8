// [MS-SMB2] 2.2.31.4 VALIDATE_NEGOTIATE_INFO Request, 2.2.32.6 VALIDATE_NEGOTIATE_INFO Response
#pragma once

#include <cstdint>
#include <vector>

#include "harness/smb2/capabilities.h"
#include "harness/smb2/dialect.h"
#include "harness/smb2/guid.h"
#include "harness/smb2/security_mode.h"
#include "harness/wire/derived.h"

namespace smb2 {

struct ValidateNegotiateInfoRequest {
  Capabilities capabilities{};
  Guid guid{};  // ClientGuid
  SecurityMode security_mode{};
  wire::Derived<std::uint16_t> dialect_count;
  std::vector<Dialect> dialects;
};

struct ValidateNegotiateInfoResponse {
  Capabilities capabilities{};
  Guid guid{};  // ServerGuid
  SecurityMode security_mode{};
  Dialect dialect{};
};

template <class V>
void describe(V& v, ValidateNegotiateInfoRequest& m) {
  v.value("Capabilities", m.capabilities);
  v.value("Guid", m.guid);
  v.value("SecurityMode", m.security_mode);
  v.value("DialectCount", m.dialect_count);
  v.array("Dialects", m.dialects, m.dialect_count);
}

template <class V>
void describe(V& v, ValidateNegotiateInfoResponse& m) {
  v.value("Capabilities", m.capabilities);
  v.value("Guid", m.guid);
  v.value("SecurityMode", m.security_mode);
  v.value("Dialect", m.dialect);
}

}  // namespace smb2
