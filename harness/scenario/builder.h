// A request step into the bytes that go out.
#pragma once

#include <expected>
#include <string>

#include "harness/scenario/defaults.h"
#include "harness/scenario/environment.h"
#include "harness/security/spnego_initiator.h"
#include "harness/smb2/find_field.h"

namespace scenario {

// The message that a step starts from: its command's default, or one that somebody else made, under the ids
// of the connection, session and tree it goes to. A step changes any of it.
smb2::Message base_of(const Request& request, Entropy& entropy);

// The message as the step wants it, not framed, cut and padded. Errors are faults of the table.
std::expected<wire::Bytes, std::string> build(const Request& request, smb2::Message base,
                                              const Environment& environment, Entropy& entropy);

// A message in its frame, which the step may bend too.
std::expected<wire::Bytes, std::string> frame(const Request& request, wire::Bytes message,
                                              const Environment& environment);

// Why something is not what a step wants.
struct BendFault {
  std::string why;      // "" where nothing is wrong
  bool absent = false;  // no such field, which the target may have decided; else the table is at fault
};

// What a step changes of the header around a sealed message. The first that goes wrong goes to `fault`. All
// that is given has to outlive what is returned.
client::Connection::TransformBend transform_of(const Request& request, const Environment& environment,
                                               BendFault& fault);

// The same inside of a token.
security::Bends bends_of(const Request& request, const Environment& environment, BendFault& fault);

// The bends of assembled bytes.
std::expected<std::vector<client::Bend>, std::string> bends_of(const Request& request,
                                                               const Environment& environment);

// Shows the field at a path of a message's header or body to `use`; false when it is not there.
bool find_field(smb2::Message& message, Part part, const wire::Path& path,
                const std::function<void(const wire::Field&)>& use);

}  // namespace scenario
