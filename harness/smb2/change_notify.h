// [MS-SMB2] 2.2.35 SMB2 CHANGE_NOTIFY Request, 2.2.36 SMB2 CHANGE_NOTIFY Response
#pragma once

#include <cstdint>

#include "harness/smb2/file_id.h"
#include "harness/smb2/flags.h"
#include "harness/wire/bytes.h"
#include "harness/wire/derived.h"

namespace smb2 {

enum class ChangeNotifyFlags : std::uint16_t { none = 0, watch_tree = 0x0001 };

inline constexpr Name change_notify_flag_names[] = {{0x0001, "SMB2_WATCH_TREE", "WATCH_TREE"}};
constexpr Names names(ChangeNotifyFlags) { return change_notify_flag_names; }
constexpr bool is_flags(ChangeNotifyFlags) { return true; }

enum class CompletionFilter : std::uint32_t {
  none = 0,
  file_name = 0x00000001,
  dir_name = 0x00000002,
  stream_name = 0x00000200
};

inline constexpr Name completion_filter_names[] = {
    {0x00000001, "FILE_NOTIFY_CHANGE_FILE_NAME", "FILE_NAME"},
    {0x00000002, "FILE_NOTIFY_CHANGE_DIR_NAME", "DIR_NAME"},
    {0x00000004, "FILE_NOTIFY_CHANGE_ATTRIBUTES", "ATTRIBUTES"},
    {0x00000008, "FILE_NOTIFY_CHANGE_SIZE", "SIZE"},
    {0x00000010, "FILE_NOTIFY_CHANGE_LAST_WRITE", "LAST_WRITE"},
    {0x00000020, "FILE_NOTIFY_CHANGE_LAST_ACCESS", "LAST_ACCESS"},
    {0x00000040, "FILE_NOTIFY_CHANGE_CREATION", "CREATION"},
    {0x00000080, "FILE_NOTIFY_CHANGE_EA", "EA"},
    {0x00000100, "FILE_NOTIFY_CHANGE_SECURITY", "SECURITY"},
    {0x00000200, "FILE_NOTIFY_CHANGE_STREAM_NAME", "STREAM_NAME"},
    {0x00000400, "FILE_NOTIFY_CHANGE_STREAM_SIZE", "STREAM_SIZE"},
    {0x00000800, "FILE_NOTIFY_CHANGE_STREAM_WRITE", "STREAM_WRITE"},
};
constexpr Names names(CompletionFilter) { return completion_filter_names; }
constexpr bool is_flags(CompletionFilter) { return true; }

struct ChangeNotifyRequest {
  wire::Derived<std::uint16_t> structure_size;
  ChangeNotifyFlags flags{};
  std::uint32_t output_buffer_length = 0;  // bytes
  FileId file_id{};
  CompletionFilter completion_filter{};
  std::uint32_t reserved = 0;
};

struct ChangeNotifyResponse {
  wire::Derived<std::uint16_t> structure_size;
  wire::Offset<std::uint16_t> output_buffer_offset;
  wire::Derived<std::uint32_t> output_buffer_length;
  wire::Bytes buffer;  // FILE_NOTIFY_INFORMATION of [MS-FSCC] 2.7.1
};

template <class V>
void describe(V& v, ChangeNotifyRequest& m);
template <class V>
void describe(V& v, ChangeNotifyResponse& m);

}  // namespace smb2
