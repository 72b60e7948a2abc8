// [MS-SMB2] 2.2.15 SMB2 CLOSE Request, 2.2.16 SMB2 CLOSE Response
#pragma once

#include <cstdint>

#include "harness/smb2/file_attributes.h"
#include "harness/smb2/file_id.h"
#include "harness/wire/derived.h"

namespace smb2 {

enum class CloseFlags : std::uint16_t { none = 0, postquery_attrib = 0x0001 };

inline constexpr Name close_flag_names[] = {{0x0001, "SMB2_CLOSE_FLAG_POSTQUERY_ATTRIB", "POSTQUERY_ATTRIB"}};
constexpr Names names(CloseFlags) { return close_flag_names; }
constexpr bool is_flags(CloseFlags) { return true; }

struct CloseRequest {
  wire::Derived<std::uint16_t> structure_size;
  CloseFlags flags{};
  std::uint32_t reserved = 0;
  FileId file_id{};
};

struct CloseResponse {
  wire::Derived<std::uint16_t> structure_size;
  CloseFlags flags{};
  std::uint32_t reserved = 0;
  std::uint64_t creation_time = 0;  // FILETIME, as the next three
  std::uint64_t last_access_time = 0;
  std::uint64_t last_write_time = 0;
  std::uint64_t change_time = 0;
  std::uint64_t allocation_size = 0;  // bytes
  std::uint64_t end_of_file = 0;      // bytes
  FileAttributes file_attributes{};
};

template <class V>
void describe(V& v, CloseRequest& m);
template <class V>
void describe(V& v, CloseResponse& m);

}  // namespace smb2
