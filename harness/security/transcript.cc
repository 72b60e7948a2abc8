#include "harness/security/transcript.h"

#include "harness/security/ntlmssp.h"
#include "harness/security/spnego.h"

namespace security {

std::vector<wire::Issue> observe(wire::View bytes, wire::Observer& fields) {
  std::vector<wire::Issue> issues;
  auto token = wire::decode<Token>(bytes);
  const wire::View inner = mechanism_token(token.message);
  const bool bare = std::holds_alternative<wire::Bytes>(token.message.body);
  if (!bare || !is_ntlmssp(inner)) {
    issues = std::move(token.issues);
    wire::walk(token.message, fields);
  }
  if (is_ntlmssp(inner)) {
    auto message = wire::decode<NtlmMessage>(inner);
    issues.insert(issues.end(), message.issues.begin(), message.issues.end());
    static constexpr std::string_view kinds[] = {"NEGOTIATE_MESSAGE", "CHALLENGE_MESSAGE",
                                                 "AUTHENTICATE_MESSAGE", ""};
    fields.enter("NTLMSSP", 0, kinds[message.message.body.index()]);
    wire::walk(message.message, fields);
    fields.leave();
  }
  return issues;
}

std::string transcript(wire::View bytes) {
  if (bytes.empty()) return {};
  wire::Printer printer;
  const std::vector<wire::Issue> issues = observe(bytes, printer);
  std::string text = std::move(printer.text);
  for (const wire::Issue& issue : issues) text += "! " + issue.text() + "\n";
  return text;
}

}  // namespace security
