// [MS-SMB2] 3.3.5.4: the NegotiateContextLists of a 3.1.1 request and response
#pragma once

#include <vector>

#include "harness/smb2/negotiate_contexts/negotiate_context.h"
#include "harness/smb2/ntstatus.h"
#include "reference-server/model/global.h"

namespace reference {

// Settles in `connection` what the contexts negotiate; STATUS_SUCCESS, or why the request fails.
smb2::NtStatus process_contexts(const Settings& settings, Connection& connection,
                                const std::vector<smb2::NegotiateContext>& received);

// The response's, once `received` has been processed.
std::vector<smb2::NegotiateContext> build_contexts(Global& global, const Connection& connection,
                                                   const std::vector<smb2::NegotiateContext>& received);

}  // namespace reference
