#include "reference-server/handlers/tree_disconnect.h"

#include "reference-server/model/sessions.h"

namespace reference {

Answer tree_disconnect(Global& global, Connection&, Request& request) {
  const Quirks& quirks = global.settings.quirks;
  if (quirks.has(Quirk::tree_disconnect_with_opens_drops_connection) && !request.session->open_table.empty())
    return Disconnect{};
  const bool goes_on = !request.last && quirks.has(Quirk::compound_keeps_tree);
  if (!goes_on && !quirks.has(Quirk::tree_disconnect_keeps_tree)) {
    disconnect_tree(global, *request.session, request.tree_connect->tree_id);
    request.tree_connect = nullptr;
  }
  return Reply{.body = smb2::TreeDisconnectResponse{}};
}

}  // namespace reference
