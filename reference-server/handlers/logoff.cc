#include "reference-server/handlers/logoff.h"

#include "reference-server/model/sessions.h"

namespace reference {

Answer logoff(Global& global, Connection& connection, Request& request) {
  const Quirks& quirks = global.settings.quirks;
  if (quirks.has(Quirk::logoff_leaves_requests)) connection.async_command_list.clear();
  if (!quirks.has(Quirk::logoff_keeps_session)) {
    remove_session(global, request.session->session_id);
    request.session = nullptr;
  }
  Reply reply{.body = smb2::LogoffResponse{}};
  if (quirks.has(Quirk::logoff_without_session_id)) reply.session_id = 0;
  return reply;
}

}  // namespace reference
