// [MS-SMB2] 2.2.3.1.6, 2.2.4.1.6 SMB2_RDMA_TRANSFORM_CAPABILITIES
#pragma once

#include <cstdint>
#include <vector>

#include "harness/smb2/flags.h"
#include "harness/wire/derived.h"
#include "harness/wire/value.h"

namespace smb2 {

enum class RdmaTransformId : std::uint16_t { none = 0x0000, encryption = 0x0001, signing = 0x0002 };

inline constexpr Name rdma_transform_names[] = {{0x0000, "SMB2_RDMA_TRANSFORM_NONE"},
                                                {0x0001, "SMB2_RDMA_TRANSFORM_ENCRYPTION"},
                                                {0x0002, "SMB2_RDMA_TRANSFORM_SIGNING"}};
constexpr Names names(RdmaTransformId) { return rdma_transform_names; }

struct RdmaTransformCapabilities {
  wire::Derived<std::uint16_t> transform_count;
  std::uint16_t reserved1 = 0;
  std::uint32_t reserved2 = 0;
  std::vector<RdmaTransformId> rdma_transform_ids;
};

template <class V>
void describe(V& v, RdmaTransformCapabilities& m) {
  v.value("TransformCount", m.transform_count);
  v.reserved("Reserved1", m.reserved1);
  v.reserved("Reserved2", m.reserved2);
  v.array("RDMATransformIds", m.rdma_transform_ids, m.transform_count);
}

}  // namespace smb2
