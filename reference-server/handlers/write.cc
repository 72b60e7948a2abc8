#include "reference-server/handlers/write.h"

#include <algorithm>

#include "reference-server/model/opens.h"
#include "reference-server/model/verification.h"

namespace reference {
namespace {

using smb2::AccessMask;
using smb2::NtStatus;

constexpr std::uint64_t largest_offset = 0x7fffffffffffffff;
constexpr std::size_t largest_data_offset = 0x100;  // bytes from the SMB2 header

}  // namespace

Answer write(Global& global, Connection& connection, Request& request) {
  const auto& body = request.body<smb2::WriteRequest>();
  const std::uint64_t size = body.buffer.size();
  const bool by_rdma = smb2::is_3x(connection.dialect) && body.channel != smb2::Channel::none &&
                       !global.settings.quirks.has(Quirk::rdma_channel_unread);
  if (by_rdma || size > connection.max_write_size || body.data_offset.value > largest_data_offset ||
      !covers(global.settings, connection, request.header(), size) || body.offset > largest_offset - size) {
    return fail(NtStatus::invalid_parameter);
  }
  File& file = file_of(global, *request.open);
  if (file.is_directory()) return fail(NtStatus::invalid_device_request);
  const std::uint64_t end = body.offset + size;
  const bool extends = end > file.data.size();
  if (!smb2::has(request.open->granted_access,
                 extends ? AccessMask::file_append_data : AccessMask::file_write_data)) {
    return fail(NtStatus::access_denied);
  }
  if (extends && size != 0 && !volume_of(global, *request.open).resize(file, end))
    return fail(NtStatus::disk_full);
  std::ranges::copy(body.buffer,
                    file.data.begin() + static_cast<std::ptrdiff_t>(size == 0 ? 0 : body.offset));
  file.last_write_time = file.change_time = global.system_time();
  return Reply{.body = smb2::WriteResponse{.count = static_cast<std::uint32_t>(size)}};
}

}  // namespace reference
