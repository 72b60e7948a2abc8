// [MS-SMB2] 2.2.9 SMB2 TREE_CONNECT Request, 2.2.10 SMB2 TREE_CONNECT Response
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/smb2/access_mask.h"
#include "harness/smb2/remoted_identity.h"
#include "harness/smb2/share_capabilities.h"
#include "harness/smb2/share_flags.h"
#include "harness/smb2/share_type.h"
#include "harness/wire/derived.h"
#include "harness/wire/value.h"

namespace smb2 {

enum class TreeConnectFlags : std::uint16_t {  // 3.1.1; reserved below
  none = 0,
  cluster_reconnect = 0x0001,
  redirect_to_owner = 0x0002,
  extension_present = 0x0004,
};

inline constexpr Name tree_connect_flag_names[] = {
    {0x0001, "SMB2_TREE_CONNECT_FLAG_CLUSTER_RECONNECT", "CLUSTER_RECONNECT"},
    {0x0002, "SMB2_TREE_CONNECT_FLAG_REDIRECT_TO_OWNER", "REDIRECT_TO_OWNER"},
    {0x0004, "SMB2_TREE_CONNECT_FLAG_EXTENSION_PRESENT", "EXTENSION_PRESENT"},
};
constexpr Names names(TreeConnectFlags) { return tree_connect_flag_names; }
constexpr bool is_flags(TreeConnectFlags) { return true; }

enum class TreeConnectContextType : std::uint16_t { reserved = 0x0000, remoted_identity = 0x0001 };

inline constexpr Name tree_connect_context_type_names[] = {
    {0x0000, "SMB2_RESERVED_TREE_CONNECT_CONTEXT_ID", "RESERVED"},
    {0x0001, "SMB2_REMOTED_IDENTITY_TREE_CONNECT_CONTEXT_ID", "REMOTED_IDENTITY"},
};
constexpr Names names(TreeConnectContextType) { return tree_connect_context_type_names; }

// 2.2.9.2 SMB2 TREE_CONNECT_CONTEXT
struct TreeConnectContext {
  static constexpr std::size_t minimum_size = 8;

  TreeConnectContextType type{};
  wire::Derived<std::uint16_t> data_length;
  std::uint32_t reserved = 0;
  std::variant<RemotedIdentity, wire::Bytes> data;
  std::optional<std::uint32_t> placed;  // from the SMB2 header, when not at the next 8-byte boundary

  std::string_view kind() const {
    return wire::name_of(tree_connect_context_type_names, static_cast<std::uint64_t>(type));
  }
};

struct TreeConnectRequest {
  wire::Derived<std::uint16_t> structure_size;
  TreeConnectFlags flags{};
  wire::Offset<std::uint16_t> path_offset;
  wire::Derived<std::uint16_t> path_length;
  // 2.2.9.1 SMB2 TREE_CONNECT Request Extension. "From the start of the request" leaves open where that is;
  // we count from the SMB2 header, as all other offsets do.
  wire::Offset<std::uint32_t> tree_connect_context_offset;
  wire::Derived<std::uint16_t> tree_connect_context_count;
  std::array<std::uint8_t, 10> reserved{};
  wire::Utf16 path;  // \\server\share
  std::vector<TreeConnectContext> tree_connect_contexts;

  // The flag decides what a reader makes of the bytes; a writer may send contexts without it.
  bool has_extension() const;
};

struct TreeConnectResponse {
  wire::Derived<std::uint16_t> structure_size;
  ShareType share_type{};
  std::uint8_t reserved = 0;
  ShareFlags share_flags{};
  ShareCapabilities capabilities{};
  AccessMask maximal_access{};
};

template <class V>
void describe(V& v, TreeConnectRequest& m);
template <class V>
void describe(V& v, TreeConnectResponse& m);

}  // namespace smb2
