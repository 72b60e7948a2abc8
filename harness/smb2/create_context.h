// [MS-SMB2] 2.2.13.2, 2.2.14.2 SMB2_CREATE_CONTEXT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "harness/smb2/flags.h"
#include "harness/wire/bytes.h"
#include "harness/wire/derived.h"

namespace smb2 {

// The four letters of a name, as the number that the specification gives for it.
inline constexpr Name create_context_names[] = {
    {0x45787441, "SMB2_CREATE_EA_BUFFER", "ExtA"},
    {0x53656344, "SMB2_CREATE_SD_BUFFER", "SecD"},
    {0x44486e51, "SMB2_CREATE_DURABLE_HANDLE_REQUEST", "DHnQ"},
    {0x44486e43, "SMB2_CREATE_DURABLE_HANDLE_RECONNECT", "DHnC"},
    {0x416c5369, "SMB2_CREATE_ALLOCATION_SIZE", "AlSi"},
    {0x4d784163, "SMB2_CREATE_QUERY_MAXIMAL_ACCESS_REQUEST", "MxAc"},
    {0x54577270, "SMB2_CREATE_TIMEWARP_TOKEN", "TWrp"},
    {0x51466964, "SMB2_CREATE_QUERY_ON_DISK_ID", "QFid"},
    {0x52714c73, "SMB2_CREATE_REQUEST_LEASE", "RqLs"},
    {0x44483251, "SMB2_CREATE_DURABLE_HANDLE_REQUEST_V2", "DH2Q"},
    {0x44483243, "SMB2_CREATE_DURABLE_HANDLE_RECONNECT_V2", "DH2C"},
};

struct CreateContext {
  static constexpr std::size_t minimum_size = 16;

  wire::Derived<std::uint32_t> next;
  wire::Offset<std::uint16_t> name_offset;
  wire::Derived<std::uint16_t> name_length;
  std::uint16_t reserved = 0;
  wire::Offset<std::uint16_t> data_offset;
  wire::Derived<std::uint32_t> data_length;
  wire::Bytes name;
  wire::Bytes data;                     // none is described yet
  std::optional<std::uint32_t> placed;  // from the SMB2 header, when not at the next 8-byte boundary

  // The specification's name for it; empty for others.
  std::string_view kind() const;
};

template <class V>
void describe(V& v, CreateContext& m);

}  // namespace smb2
