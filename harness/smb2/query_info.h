// [MS-SMB2] 2.2.37 SMB2 QUERY_INFO Request, 2.2.38 SMB2 QUERY_INFO Response
#pragma once

#include <cstdint>

#include "harness/smb2/file_id.h"
#include "harness/smb2/info_class.h"
#include "harness/wire/bytes.h"
#include "harness/wire/derived.h"

namespace smb2 {

struct QueryInfoRequest {
  wire::Derived<std::uint16_t> structure_size;
  InfoType info_type = InfoType::file;
  FileInfoClass file_info_class{};
  std::uint32_t output_buffer_length = 0;  // bytes, that the client takes at most
  wire::Offset<std::uint16_t> input_buffer_offset;
  std::uint16_t reserved = 0;
  wire::Derived<std::uint32_t> input_buffer_length;
  std::uint32_t additional_information = 0;
  std::uint32_t flags = 0;
  FileId file_id{};
  wire::Bytes buffer;
};

struct QueryInfoResponse {
  wire::Derived<std::uint16_t> structure_size;
  wire::Offset<std::uint16_t> output_buffer_offset;
  wire::Derived<std::uint32_t> output_buffer_length;
  wire::Bytes buffer;  // as [MS-FSCC] has it for the class that was asked for
};

template <class V>
void describe(V& v, QueryInfoRequest& m);
template <class V>
void describe(V& v, QueryInfoResponse& m);

}  // namespace smb2
