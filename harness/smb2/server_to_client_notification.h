// [MS-SMB2] 2.2.44 SMB2 SERVER_TO_CLIENT Notification
#pragma once

#include <cstdint>

#include "harness/smb2/flags.h"
#include "harness/wire/bytes.h"

namespace smb2 {

enum class NotificationType : std::uint32_t { session_closed = 0 };

inline constexpr Name notification_type_names[] = {{0x00000000, "SmbNotifySessionClosed"}};
constexpr Names names(NotificationType) { return notification_type_names; }

struct ServerToClientNotification {
  std::uint16_t structure_size = 12;  // of the whole, in bytes; 4.11 shows another number, and 2.2.44.1 none
  std::uint16_t reserved = 0;
  NotificationType notification_type{};
  wire::Bytes notification;  // 2.2.44.2 SMB2_NOTIFY_SESSION_CLOSED: four bytes, reserved
};

template <class V>
void describe(V& v, ServerToClientNotification& m);

}  // namespace smb2
