// [MS-SMB2] 2.2.10 ShareFlags
#pragma once

#include <cstdint>

#include "harness/smb2/flags.h"

namespace smb2 {

enum class ShareFlags : std::uint32_t {
  manual_caching = 0,  // the four ways of caching share two bits
  auto_caching = 0x00000010,
  vdo_caching = 0x00000020,
  no_caching = 0x00000030,
  dfs = 0x00000001,
  dfs_root = 0x00000002,
  restrict_exclusive_opens = 0x00000100,
  force_shared_delete = 0x00000200,
  allow_namespace_caching = 0x00000400,
  access_based_directory_enum = 0x00000800,
  force_levelii_oplock = 0x00001000,
  enable_hash_v1 = 0x00002000,
  enable_hash_v2 = 0x00004000,
  encrypt_data = 0x00008000,
  identity_remoting = 0x00040000,
  compress_data = 0x00100000,
  isolated_transport = 0x00200000,
};

// NO_CACHING first, or it would print as both of the others.
inline constexpr Name share_flag_names[] = {
    {0x00000030, "SMB2_SHAREFLAG_NO_CACHING", "NO_CACHING"},
    {0x00000020, "SMB2_SHAREFLAG_VDO_CACHING", "VDO_CACHING"},
    {0x00000010, "SMB2_SHAREFLAG_AUTO_CACHING", "AUTO_CACHING"},
    {0x00000000, "SMB2_SHAREFLAG_MANUAL_CACHING", "MANUAL_CACHING"},
    {0x00000001, "SMB2_SHAREFLAG_DFS", "DFS"},
    {0x00000002, "SMB2_SHAREFLAG_DFS_ROOT", "DFS_ROOT"},
    {0x00000100, "SMB2_SHAREFLAG_RESTRICT_EXCLUSIVE_OPENS", "RESTRICT_EXCLUSIVE_OPENS"},
    {0x00000200, "SMB2_SHAREFLAG_FORCE_SHARED_DELETE", "FORCE_SHARED_DELETE"},
    {0x00000400, "SMB2_SHAREFLAG_ALLOW_NAMESPACE_CACHING", "ALLOW_NAMESPACE_CACHING"},
    {0x00000800, "SMB2_SHAREFLAG_ACCESS_BASED_DIRECTORY_ENUM", "ACCESS_BASED_DIRECTORY_ENUM"},
    {0x00001000, "SMB2_SHAREFLAG_FORCE_LEVELII_OPLOCK", "FORCE_LEVELII_OPLOCK"},
    {0x00002000, "SMB2_SHAREFLAG_ENABLE_HASH_V1", "ENABLE_HASH_V1"},
    {0x00004000, "SMB2_SHAREFLAG_ENABLE_HASH_V2", "ENABLE_HASH_V2"},
    {0x00008000, "SMB2_SHAREFLAG_ENCRYPT_DATA", "ENCRYPT_DATA"},
    {0x00040000, "SMB2_SHAREFLAG_IDENTITY_REMOTING", "IDENTITY_REMOTING"},
    {0x00100000, "SMB2_SHAREFLAG_COMPRESS_DATA", "COMPRESS_DATA"},
    {0x00200000, "SMB2_SHAREFLAG_ISOLATED_TRANSPORT", "ISOLATED_TRANSPORT"},
};
constexpr Names names(ShareFlags) { return share_flag_names; }
constexpr bool is_flags(ShareFlags) { return true; }

}  // namespace smb2
