#include "reference-server/handlers/tree_disconnect.h"

#include "reference-server/model/sessions.h"

namespace reference {

Answer tree_disconnect(Global& global, Connection&, Request& request) {
  if (!global.settings.quirks.has(Quirk::tree_disconnect_keeps_tree)) {
    disconnect_tree(global, *request.session, request.tree_connect->tree_id);
    request.tree_connect = nullptr;
  }
  return Reply{.body = smb2::TreeDisconnectResponse{}};
}

}  // namespace reference
