#include "reference-server/handlers/change_notify.h"

#include "reference-server/model/opens.h"
#include "reference-server/model/verification.h"

namespace reference {

using smb2::NtStatus;

Answer change_notify(Global& global, Connection& connection, Request& request) {
  const std::uint32_t size = request.body<smb2::ChangeNotifyRequest>().output_buffer_length;
  if (size > connection.max_transact_size || !covers(global.settings, connection, request.header(), size) ||
      !file_of(global, *request.open).is_directory()) {
    return fail(NtStatus::invalid_parameter);
  }
  if (!smb2::has(request.open->granted_access, smb2::AccessMask::file_read_data))  // FILE_LIST_DIRECTORY
    return fail(NtStatus::access_denied);
  if (connection.async_command_list.size() >= global.settings.max_async_commands)
    return fail(NtStatus::insufficient_resources);
  return Pending{.open = request.open->durable_file_id};
}

}  // namespace reference
