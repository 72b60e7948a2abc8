// [MS-SMB2] 2.2.19 SMB2 READ Request, 2.2.20 SMB2 READ Response
#pragma once

#include <cstdint>

#include "harness/smb2/channel.h"
#include "harness/smb2/file_id.h"
#include "harness/wire/bytes.h"
#include "harness/wire/derived.h"

namespace smb2 {

struct ReadRequest {
  wire::Derived<std::uint16_t> structure_size;
  std::uint8_t padding = 0;  // where the client would like the data: bytes from the SMB2 header
  std::uint8_t flags = 0;    // 3.0.2 and 3.1.1
  std::uint32_t length = 0;  // bytes
  std::uint64_t offset = 0;  // bytes
  FileId file_id{};
  std::uint32_t minimum_count = 0;  // bytes
  Channel channel{};
  std::uint32_t remaining_bytes = 0;
  std::uint16_t read_channel_info_offset = 0;  // RDMA, which is not described
  std::uint16_t read_channel_info_length = 0;
  wire::Bytes buffer = {0};  // at least a byte
};

struct ReadResponse {
  wire::Derived<std::uint16_t> structure_size;
  wire::Offset<std::uint8_t> data_offset;
  std::uint8_t reserved = 0;
  wire::Derived<std::uint32_t> data_length;
  std::uint32_t data_remaining = 0;
  std::uint32_t flags = 0;  // 3.1.1; Reserved2 below
  wire::Bytes buffer;
};

template <class V>
void describe(V& v, ReadRequest& m);
template <class V>
void describe(V& v, ReadResponse& m);

}  // namespace smb2
