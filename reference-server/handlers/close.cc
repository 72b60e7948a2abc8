#include "reference-server/handlers/close.h"

#include "reference-server/model/opens.h"

namespace reference {

Answer close(Global& global, Connection&, Request& request) {
  smb2::CloseResponse response;
  if (smb2::has(request.body<smb2::CloseRequest>().flags, smb2::CloseFlags::postquery_attrib)) {
    const File& file = file_of(global, *request.open);
    response = {.flags = smb2::CloseFlags::postquery_attrib,
                .creation_time = file.creation_time,
                .last_access_time = file.last_access_time,
                .last_write_time = file.last_write_time,
                .change_time = file.change_time,
                .allocation_size = file.allocation_size(),
                .end_of_file = file.data.size(),
                .file_attributes = file.attributes};
  }
  close_open(global, request.open->durable_file_id);
  request.open = nullptr;
  return Reply{.body = response};
}

}  // namespace reference
