// [MS-SMB2] 2.2.19, 2.2.21 Channel: how the data of a READ or WRITE travels.
#pragma once

#include <cstdint>

#include "harness/smb2/flags.h"

namespace smb2 {

enum class Channel : std::uint32_t { none = 0, rdma_v1 = 1, rdma_v1_invalidate = 2, rdma_transform = 3 };

inline constexpr Name channel_names[] = {{0, "SMB2_CHANNEL_NONE", "NONE"},
                                         {1, "SMB2_CHANNEL_RDMA_V1", "RDMA_V1"},
                                         {2, "SMB2_CHANNEL_RDMA_V1_INVALIDATE", "RDMA_V1_INVALIDATE"},
                                         {3, "SMB2_CHANNEL_RDMA_TRANSFORM", "RDMA_TRANSFORM"}};
constexpr Names names(Channel) { return channel_names; }

}  // namespace smb2
