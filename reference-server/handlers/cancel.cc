#include "reference-server/handlers/cancel.h"

#include "reference-server/model/async.h"

namespace reference {

Answer cancel(Global& global, Connection& connection, Request& request) {
  cancel_request(global, connection, request.header());
  return Silence{};
}

}  // namespace reference
