#include "reference-server/handlers/echo.h"

#include "reference-server/model/verification.h"

namespace reference {

Answer echo(Global& global, Connection& connection, Request& request) {
  const bool seeks_session = !global.settings.quirks.has(Quirk::echo_without_session);
  if (connection.session_table.empty() && seeks_session) return Disconnect{};
  if (request.session_id == 0 && global.settings.quirks.has(Quirk::echo_without_session_unanswered))
    return Silence{};
  if (request.is_signed() || (seeks_session && !request.is_encrypted && request.session_id != 0)) {
    if (Verdict refusal = verify_session(global, connection, request)) return *std::move(refusal);
  }
  return Reply{.body = smb2::EchoResponse{}};
}

}  // namespace reference
