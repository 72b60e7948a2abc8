// A request step into the bytes that go out.
#pragma once

#include <expected>
#include <string>

#include "harness/scenario/defaults.h"
#include "harness/scenario/environment.h"

namespace scenario {

// Framed. `message_id` is used unless the step sets its own. Errors are faults of the table.
std::expected<wire::Bytes, std::string> build(const Request& request, std::uint64_t message_id,
                                              const Environment& environment, Entropy& entropy);

// Shows the field at a path of a message's header or body to `use`; false when it is not there.
bool find_field(smb2::Message& message, Part part, const wire::Path& path,
                const std::function<void(const wire::Field&)>& use);

}  // namespace scenario
