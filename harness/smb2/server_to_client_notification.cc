#include "harness/smb2/server_to_client_notification.h"

#include "harness/wire/codec.h"

namespace smb2 {

template <class V>
void describe(V& v, ServerToClientNotification& m) {
  v.value("StructureSize", m.structure_size);
  v.reserved("Reserved", m.reserved);
  v.value("NotificationType", m.notification_type);
  v.rest("Notification", m.notification);
}

template void describe(wire::Reader&, ServerToClientNotification&);
template void describe(wire::Writer&, ServerToClientNotification&);

}  // namespace smb2
