// [MS-SMB2] 2.2.31 CtlCode, [MS-FSCC] 2.3 FSCTL Structures, [MS-RSVD] 2.2.1
#pragma once

#include <cstdint>

#include "harness/smb2/flags.h"

namespace smb2 {

enum class CtlCode : std::uint32_t {
  dfs_get_referrals = 0x00060194,
  dfs_get_referrals_ex = 0x000601b0,
  is_pathname_valid = 0x0009002c,
  get_compression = 0x0009003c,
  filesystem_get_statistics = 0x00090060,
  set_reparse_point = 0x000900a4,
  get_reparse_point = 0x000900a8,
  create_or_get_object_id = 0x000900c0,
  set_sparse = 0x000900c4,
  mark_handle = 0x000900fc,
  get_integrity_information = 0x0009027c,
  query_file_regions = 0x00090284,
  query_shared_virtual_disk_support = 0x00090300,
  svhdx_sync_tunnel_request = 0x00090304,
  svhdx_async_tunnel_request = 0x00090364,
  query_allocated_ranges = 0x000940cf,
  offload_read = 0x00094264,
  set_zero_data = 0x000980c8,
  file_level_trim = 0x00098208,
  offload_write = 0x00098268,
  duplicate_extents_to_file = 0x00098344,
  duplicate_extents_to_file_ex = 0x000983e8,
  set_compression = 0x0009c040,
  set_integrity_information = 0x0009c280,
  pipe_wait = 0x00110018,
  pipe_peek = 0x0011400c,
  pipe_transceive = 0x0011c017,
  srv_request_resume_key = 0x00140078,
  lmr_request_resiliency = 0x001401d4,
  query_network_interface_info = 0x001401fc,
  validate_negotiate_info = 0x00140204,
  srv_enumerate_snapshots = 0x00144064,
  srv_copychunk = 0x001440f2,
  srv_read_hash = 0x001441bb,
  srv_copychunk_write = 0x001480f2,
};

inline constexpr Name ctl_code_names[] = {
    {0x00060194, "FSCTL_DFS_GET_REFERRALS"},
    {0x000601b0, "FSCTL_DFS_GET_REFERRALS_EX"},
    {0x0009002c, "FSCTL_IS_PATHNAME_VALID"},
    {0x0009003c, "FSCTL_GET_COMPRESSION"},
    {0x00090060, "FSCTL_FILESYSTEM_GET_STATISTICS"},
    {0x000900a4, "FSCTL_SET_REPARSE_POINT"},
    {0x000900a8, "FSCTL_GET_REPARSE_POINT"},
    {0x000900c0, "FSCTL_CREATE_OR_GET_OBJECT_ID"},
    {0x000900c4, "FSCTL_SET_SPARSE"},
    {0x000900fc, "FSCTL_MARK_HANDLE"},
    {0x0009027c, "FSCTL_GET_INTEGRITY_INFORMATION"},
    {0x00090284, "FSCTL_QUERY_FILE_REGIONS"},
    {0x00090300, "FSCTL_QUERY_SHARED_VIRTUAL_DISK_SUPPORT"},
    {0x00090304, "FSCTL_SVHDX_SYNC_TUNNEL_REQUEST"},
    {0x00090364, "FSCTL_SVHDX_ASYNC_TUNNEL_REQUEST"},
    {0x000940cf, "FSCTL_QUERY_ALLOCATED_RANGES"},
    {0x00094264, "FSCTL_OFFLOAD_READ"},
    {0x000980c8, "FSCTL_SET_ZERO_DATA"},
    {0x00098208, "FSCTL_FILE_LEVEL_TRIM"},
    {0x00098268, "FSCTL_OFFLOAD_WRITE"},
    {0x00098344, "FSCTL_DUPLICATE_EXTENTS_TO_FILE"},
    {0x000983e8, "FSCTL_DUPLICATE_EXTENTS_TO_FILE_EX"},
    {0x0009c040, "FSCTL_SET_COMPRESSION"},
    {0x0009c280, "FSCTL_SET_INTEGRITY_INFORMATION"},
    {0x00110018, "FSCTL_PIPE_WAIT"},
    {0x0011400c, "FSCTL_PIPE_PEEK"},
    {0x0011c017, "FSCTL_PIPE_TRANSCEIVE"},
    {0x00140078, "FSCTL_SRV_REQUEST_RESUME_KEY"},
    {0x001401d4, "FSCTL_LMR_REQUEST_RESILIENCY"},
    {0x001401fc, "FSCTL_QUERY_NETWORK_INTERFACE_INFO"},
    {0x00140204, "FSCTL_VALIDATE_NEGOTIATE_INFO"},
    {0x00144064, "FSCTL_SRV_ENUMERATE_SNAPSHOTS"},
    {0x001440f2, "FSCTL_SRV_COPYCHUNK"},
    {0x001441bb, "FSCTL_SRV_READ_HASH"},
    {0x001480f2, "FSCTL_SRV_COPYCHUNK_WRITE"},
};
constexpr Names names(CtlCode) { return ctl_code_names; }

}  // namespace smb2
