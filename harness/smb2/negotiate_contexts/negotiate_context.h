// [MS-SMB2] 2.2.3.1, 2.2.4.1 SMB2 NEGOTIATE_CONTEXT
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "harness/smb2/negotiate_contexts/compression.h"
#include "harness/smb2/negotiate_contexts/encryption.h"
#include "harness/smb2/negotiate_contexts/netname.h"
#include "harness/smb2/negotiate_contexts/preauth_integrity.h"
#include "harness/smb2/negotiate_contexts/rdma_transform.h"
#include "harness/smb2/negotiate_contexts/signing.h"
#include "harness/smb2/negotiate_contexts/transport.h"

namespace smb2 {

enum class ContextType : std::uint16_t {
  preauth_integrity = 0x0001,
  encryption = 0x0002,
  compression = 0x0003,
  netname = 0x0005,
  transport = 0x0006,
  rdma_transform = 0x0007,
  signing = 0x0008,
  reserved = 0x0100,
};

inline constexpr Name context_type_names[] = {
    {0x0001, "SMB2_PREAUTH_INTEGRITY_CAPABILITIES", "PREAUTH"},
    {0x0002, "SMB2_ENCRYPTION_CAPABILITIES", "ENCRYPTION"},
    {0x0003, "SMB2_COMPRESSION_CAPABILITIES", "COMPRESSION"},
    {0x0005, "SMB2_NETNAME_NEGOTIATE_CONTEXT_ID", "NETNAME"},
    {0x0006, "SMB2_TRANSPORT_CAPABILITIES", "TRANSPORT"},
    {0x0007, "SMB2_RDMA_TRANSFORM_CAPABILITIES", "RDMA_TRANSFORM"},
    {0x0008, "SMB2_SIGNING_CAPABILITIES", "SIGNING"},
    {0x0100, "SMB2_CONTEXTTYPE_RESERVED", "RESERVED"},
};
constexpr Names names(ContextType) { return context_type_names; }

using ContextData = std::variant<PreauthIntegrityCapabilities, EncryptionCapabilities,
                                 CompressionCapabilities, NetnameNegotiateContextId, TransportCapabilities,
                                 RdmaTransformCapabilities, SigningCapabilities, wire::Bytes>;

// The alternative of ContextData for a type; Bytes for those this project does not know.
constexpr std::size_t alternative_of(ContextType type) {
  switch (type) {
    case ContextType::preauth_integrity:
      return 0;
    case ContextType::encryption:
      return 1;
    case ContextType::compression:
      return 2;
    case ContextType::netname:
      return 3;
    case ContextType::transport:
      return 4;
    case ContextType::rdma_transform:
      return 5;
    case ContextType::signing:
      return 6;
    default:
      return 7;
  }
}

struct NegotiateContext {
  static constexpr std::size_t minimum_size = 8;

  ContextType type{};
  wire::Derived<std::uint16_t> data_length;
  std::uint32_t reserved = 0;
  ContextData data;
  std::optional<std::uint32_t> placed;  // from the SMB2 header, when not at the next 8-byte boundary

  std::string_view kind() const {
    return wire::name_of(context_type_names, static_cast<std::uint64_t>(type));
  }
};

template <class V>
void describe(V& v, NegotiateContext& m) {
  v.value("ContextType", m.type);
  v.value("DataLength", m.data_length);
  v.reserved("Reserved", m.reserved);
  v.choose("Data", m.data, alternative_of(m.type), m.data_length);
}

}  // namespace smb2
