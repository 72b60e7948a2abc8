#include "reference-server/handlers/read.h"

#include <algorithm>

#include "reference-server/model/opens.h"
#include "reference-server/model/verification.h"

namespace reference {

using smb2::NtStatus;

Answer read(Global& global, Connection& connection, Request& request) {
  const auto& body = request.body<smb2::ReadRequest>();
  if (!smb2::has(request.open->granted_access, smb2::AccessMask::file_read_data))
    return fail(NtStatus::access_denied);
  const bool by_rdma = smb2::is_3x(connection.dialect) && body.channel != smb2::Channel::none &&
                       !global.settings.quirks.has(Quirk::rdma_channel_unread);
  if (by_rdma || body.length > connection.max_read_size ||
      !covers(global.settings, connection, request.header(), body.length)) {
    return fail(NtStatus::invalid_parameter);
  }
  constexpr std::size_t block = 16;  // bytes of AES
  if (request.is_encrypted && body.length % block != 0 &&
      global.settings.quirks.has(Quirk::sealed_read_drops_connection)) {
    return Disconnect{};
  }
  const File& file = file_of(global, *request.open);
  if (file.is_directory()) return fail(NtStatus::invalid_device_request);
  const std::uint64_t begin = std::min<std::uint64_t>(body.offset, file.data.size());
  const std::uint64_t size = std::min<std::uint64_t>(body.length, file.data.size() - begin);
  if ((size == 0 && body.length != 0) || size < body.minimum_count) return fail(NtStatus::end_of_file);
  const wire::View data = wire::View(file.data).subspan(begin, size);
  return Reply{.body = smb2::ReadResponse{.buffer = {data.begin(), data.end()}}};
}

}  // namespace reference
