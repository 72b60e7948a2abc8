// [MS-FSCC] 2.6 File Attributes
#pragma once

#include <cstdint>

#include "harness/smb2/flags.h"

namespace smb2 {

enum class FileAttributes : std::uint32_t {
  none = 0,
  readonly = 0x00000001,
  hidden = 0x00000002,
  system = 0x00000004,
  directory = 0x00000010,
  archive = 0x00000020,
  normal = 0x00000080,
  temporary = 0x00000100,
};

inline constexpr Name file_attribute_names[] = {
    {0x00000001, "FILE_ATTRIBUTE_READONLY", "READONLY"},
    {0x00000002, "FILE_ATTRIBUTE_HIDDEN", "HIDDEN"},
    {0x00000004, "FILE_ATTRIBUTE_SYSTEM", "SYSTEM"},
    {0x00000010, "FILE_ATTRIBUTE_DIRECTORY", "DIRECTORY"},
    {0x00000020, "FILE_ATTRIBUTE_ARCHIVE", "ARCHIVE"},
    {0x00000080, "FILE_ATTRIBUTE_NORMAL", "NORMAL"},
    {0x00000100, "FILE_ATTRIBUTE_TEMPORARY", "TEMPORARY"},
    {0x00000200, "FILE_ATTRIBUTE_SPARSE_FILE", "SPARSE_FILE"},
    {0x00000400, "FILE_ATTRIBUTE_REPARSE_POINT", "REPARSE_POINT"},
    {0x00000800, "FILE_ATTRIBUTE_COMPRESSED", "COMPRESSED"},
    {0x00001000, "FILE_ATTRIBUTE_OFFLINE", "OFFLINE"},
    {0x00002000, "FILE_ATTRIBUTE_NOT_CONTENT_INDEXED", "NOT_CONTENT_INDEXED"},
    {0x00004000, "FILE_ATTRIBUTE_ENCRYPTED", "ENCRYPTED"},
    {0x00008000, "FILE_ATTRIBUTE_INTEGRITY_STREAM", "INTEGRITY_STREAM"},
    {0x00020000, "FILE_ATTRIBUTE_NO_SCRUB_DATA", "NO_SCRUB_DATA"},
};
constexpr Names names(FileAttributes) { return file_attribute_names; }
constexpr bool is_flags(FileAttributes) { return true; }

}  // namespace smb2
