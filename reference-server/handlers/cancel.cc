#include "reference-server/handlers/cancel.h"

namespace reference {

Answer cancel(Global&, Connection&, Request&) { return Silence{}; }

}  // namespace reference
