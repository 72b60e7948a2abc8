// [MS-SMB2] 2.2.37, 2.2.39 InfoType and FileInfoClass
#pragma once

#include <cstdint>

#include "harness/smb2/flags.h"

namespace smb2 {

enum class InfoType : std::uint8_t { file = 0x01, file_system = 0x02, security = 0x03, quota = 0x04 };

inline constexpr Name info_type_names[] = {{0x01, "SMB2_0_INFO_FILE", "FILE"},
                                           {0x02, "SMB2_0_INFO_FILESYSTEM", "FILESYSTEM"},
                                           {0x03, "SMB2_0_INFO_SECURITY", "SECURITY"},
                                           {0x04, "SMB2_0_INFO_QUOTA", "QUOTA"}};
constexpr Names names(InfoType) { return info_type_names; }

// Of SMB2_0_INFO_FILE ([MS-FSCC] 2.4); other types number theirs anew.
enum class FileInfoClass : std::uint8_t {
  none = 0,
  basic = 4,
  standard = 5,
  internal = 6,
  ea = 7,
  access = 8,
  rename = 10,
  disposition = 13,
  position = 14,
  mode = 16,
  alignment = 17,
  all = 18,
  end_of_file = 20,
  network_open = 34,
};

inline constexpr Name file_info_class_names[] = {
    {4, "FileBasicInformation"},         {5, "FileStandardInformation"},
    {6, "FileInternalInformation"},      {7, "FileEaInformation"},
    {8, "FileAccessInformation"},        {10, "FileRenameInformation"},
    {11, "FileLinkInformation"},         {13, "FileDispositionInformation"},
    {14, "FilePositionInformation"},     {15, "FileFullEaInformation"},
    {16, "FileModeInformation"},         {17, "FileAlignmentInformation"},
    {18, "FileAllInformation"},          {19, "FileAllocationInformation"},
    {20, "FileEndOfFileInformation"},    {21, "FileAlternateNameInformation"},
    {22, "FileStreamInformation"},       {23, "FilePipeInformation"},
    {24, "FilePipeLocalInformation"},    {25, "FilePipeRemoteInformation"},
    {28, "FileCompressionInformation"},  {34, "FileNetworkOpenInformation"},
    {35, "FileAttributeTagInformation"}, {40, "FileValidDataLengthInformation"},
    {41, "FileShortNameInformation"},    {48, "FileNormalizedNameInformation"},
    {59, "FileIdInformation"},
};
constexpr Names names(FileInfoClass) { return file_info_class_names; }

}  // namespace smb2
