// [MS-SMB2] 2.2.3 SMB2 NEGOTIATE Request, 2.2.4 SMB2 NEGOTIATE Response
#pragma once

#include <cstdint>
#include <vector>

#include "harness/smb2/capabilities.h"
#include "harness/smb2/dialect.h"
#include "harness/smb2/guid.h"
#include "harness/smb2/negotiate_contexts/negotiate_context.h"
#include "harness/smb2/security_mode.h"

namespace smb2 {

struct NegotiateRequest {
  wire::Derived<std::uint16_t> structure_size;
  wire::Derived<std::uint16_t> dialect_count;
  SecurityMode security_mode{};
  std::uint16_t reserved = 0;
  Capabilities capabilities{};
  Guid client_guid{};
  std::uint64_t client_start_time = 0;  // in the place of the next three when no contexts can be there
  wire::Offset<std::uint32_t> negotiate_context_offset;
  wire::Derived<std::uint16_t> negotiate_context_count;
  std::uint16_t reserved2 = 0;
  std::vector<Dialect> dialects;
  std::vector<NegotiateContext> negotiate_contexts;

  // Whether the eight bytes in question speak of contexts. The dialects decide what a reader makes of them;
  // a writer may send contexts all the same.
  bool speaks_of_contexts() const;
};

struct NegotiateResponse {
  wire::Derived<std::uint16_t> structure_size;
  SecurityMode security_mode{};
  Dialect dialect_revision{};
  wire::Derived<std::uint16_t> negotiate_context_count;  // Reserved below 3.1.1
  Guid server_guid{};
  Capabilities capabilities{};
  std::uint32_t max_transact_size = 0;  // bytes
  std::uint32_t max_read_size = 0;      // bytes
  std::uint32_t max_write_size = 0;     // bytes
  std::uint64_t system_time = 0;        // FILETIME: 100 ns since 1601, UTC
  std::uint64_t server_start_time = 0;  // FILETIME
  wire::Offset<std::uint16_t> security_buffer_offset;
  wire::Derived<std::uint16_t> security_buffer_length;
  wire::Offset<std::uint32_t> negotiate_context_offset;  // Reserved2 below 3.1.1
  wire::Bytes buffer;
  std::vector<NegotiateContext> negotiate_contexts;
};

template <class V>
void describe(V& v, NegotiateRequest& m);
template <class V>
void describe(V& v, NegotiateResponse& m);

}  // namespace smb2
