// [MS-SMB2] 3.3.5.3 Receiving an SMB_COM_NEGOTIATE, 3.3.5.4 Receiving an SMB2 NEGOTIATE Request
#pragma once

#include <optional>
#include <span>

#include "harness/smb1/negotiate.h"
#include "harness/smb2/negotiate.h"
#include "harness/wire/issue.h"
#include "reference-server/model/answer.h"
#include "reference-server/model/global.h"
#include "reference-server/model/request.h"

namespace reference {

// 3.3.5.3. Connection.NegotiateDialect must be 0xFFFF.
Answer negotiate(Global& global, Connection& connection, const smb1::NegotiateRequest& request);

// 3.3.5.4. Connection.Dialect must be unknown.
Answer negotiate(Global& global, Connection& connection, Request& request);

std::optional<smb2::Dialect> greatest_common_dialect(const Settings& settings,
                                                     std::span<const smb2::Dialect> offered);

// 3.3.5.2.6: whether the request departs from the layout of 2.2.3. What contexts hold is judged when they are
// processed, and only there.
bool is_malformed(const Settings& settings, const smb2::NegotiateRequest& request,
                  std::span<const wire::Issue> issues);

}  // namespace reference
