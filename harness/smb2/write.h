// [MS-SMB2] 2.2.21 SMB2 WRITE Request, 2.2.22 SMB2 WRITE Response
#pragma once

#include <cstdint>

#include "harness/smb2/channel.h"
#include "harness/smb2/file_id.h"
#include "harness/wire/bytes.h"
#include "harness/wire/derived.h"

namespace smb2 {

struct WriteRequest {
  wire::Derived<std::uint16_t> structure_size;
  wire::Offset<std::uint16_t> data_offset;
  wire::Derived<std::uint32_t> length;
  std::uint64_t offset = 0;  // bytes
  FileId file_id{};
  Channel channel{};
  std::uint32_t remaining_bytes = 0;
  std::uint16_t write_channel_info_offset = 0;  // RDMA, which is not described
  std::uint16_t write_channel_info_length = 0;
  std::uint32_t flags = 0;
  wire::Bytes buffer;
};

struct WriteResponse {
  wire::Derived<std::uint16_t> structure_size;
  std::uint16_t reserved = 0;
  std::uint32_t count = 0;  // bytes
  std::uint32_t remaining = 0;
  std::uint16_t write_channel_info_offset = 0;
  std::uint16_t write_channel_info_length = 0;
};

template <class V>
void describe(V& v, WriteRequest& m);
template <class V>
void describe(V& v, WriteResponse& m);

}  // namespace smb2
