// [MS-SMB2] 2.2.1 SMB2 Packet Header
#pragma once

#include <array>
#include <cstdint>

#include "harness/smb2/command.h"
#include "harness/smb2/flags.h"
#include "harness/smb2/ntstatus.h"
#include "harness/wire/bytes.h"
#include "harness/wire/derived.h"

namespace smb2 {

enum class HeaderFlags : std::uint32_t {
  none = 0,
  server_to_redir = 0x00000001,
  async_command = 0x00000002,
  related_operations = 0x00000004,
  signed_message = 0x00000008,
  priority_mask = 0x00000070,
  dfs_operations = 0x10000000,
  replay_operation = 0x20000000,
};

inline constexpr Name header_flag_names[] = {
    {0x00000001, "SMB2_FLAGS_SERVER_TO_REDIR", "SERVER_TO_REDIR"},
    {0x00000002, "SMB2_FLAGS_ASYNC_COMMAND", "ASYNC_COMMAND"},
    {0x00000004, "SMB2_FLAGS_RELATED_OPERATIONS", "RELATED_OPERATIONS"},
    {0x00000008, "SMB2_FLAGS_SIGNED", "SIGNED"},
    {0x00000070, "SMB2_FLAGS_PRIORITY_MASK", "PRIORITY_MASK"},
    {0x10000000, "SMB2_FLAGS_DFS_OPERATIONS", "DFS_OPERATIONS"},
    {0x20000000, "SMB2_FLAGS_REPLAY_OPERATION", "REPLAY_OPERATION"},
};
constexpr Names names(HeaderFlags) { return header_flag_names; }
constexpr bool is_flags(HeaderFlags) { return true; }

inline constexpr std::uint32_t protocol_id = 0x424d53fe;              // FE 'S' 'M' 'B'
inline constexpr std::uint32_t transform_protocol_id = 0x424d53fd;    // 2.2.41
inline constexpr std::uint32_t compression_protocol_id = 0x424d53fc;  // 2.2.42

// The ProtocolId that a message begins with; bytes that are not there count as 0.
std::uint32_t protocol_of(wire::View message);
inline constexpr std::size_t header_size = 64;

struct Header {
  wire::Derived<std::uint32_t> protocol_id;
  wire::Derived<std::uint16_t> structure_size;
  std::uint16_t credit_charge = 0;
  NtStatus status{};                   // responses
  std::uint16_t channel_sequence = 0;  // requests; in 2.x a part of the ignored Status
  std::uint16_t channel_reserved = 0;  // requests, behind ChannelSequence
  Command command{};
  std::uint16_t credits = 0;  // CreditRequest, CreditResponse
  HeaderFlags flags{};
  std::uint32_t next_command = 0;
  std::uint64_t message_id = 0;
  std::uint32_t reserved = 0;  // sync; clients put a process id here
  std::uint32_t tree_id = 0;   // sync
  std::uint64_t async_id = 0;  // async
  std::uint64_t session_id = 0;
  std::array<std::uint8_t, 16> signature{};

  bool is_response() const { return has(flags, HeaderFlags::server_to_redir); }
  bool is_async() const { return has(flags, HeaderFlags::async_command); }
};

template <class V>
void describe(V& v, Header& m);

}  // namespace smb2
