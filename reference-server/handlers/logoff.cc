#include "reference-server/handlers/logoff.h"

#include "reference-server/model/sessions.h"

namespace reference {

Answer logoff(Global& global, Connection&, Request& request) {
  remove_session(global, request.session->session_id);
  request.session = nullptr;
  return Reply{.body = smb2::LogoffResponse{}};
}

}  // namespace reference
