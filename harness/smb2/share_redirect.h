// [MS-SMB2] 2.2.2.2.2 Share Redirect Error Context Response
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "harness/smb2/flags.h"
#include "harness/wire/derived.h"
#include "harness/wire/value.h"

namespace smb2 {

// 2.2.2.2.2.1
enum class MoveDestinationType : std::uint32_t { ipv4 = 0x00000001, ipv6 = 0x00000002 };

inline constexpr Name move_destination_type_names[] = {{0x00000001, "MOVE_DST_IPADDR_V4", "IPV4"},
                                                       {0x00000002, "MOVE_DST_IPADDR_V6", "IPV6"}};
constexpr Names names(MoveDestinationType) { return move_destination_type_names; }

// 2.2.2.2.2.1 MOVE_DST_IPADDR
struct MoveDestination {
  static constexpr std::size_t minimum_size = 24;

  MoveDestinationType type = MoveDestinationType::ipv4;
  std::uint32_t reserved = 0;
  std::array<std::uint8_t, 16> address{};  // of IPv4 the first four
  std::optional<std::uint32_t> placed;     // as of every element of a list; here they stand side by side

  std::string_view kind() const {
    return wire::name_of(move_destination_type_names, static_cast<std::uint64_t>(type));
  }
};

struct ShareRedirect {
  wire::Derived<std::uint32_t> structure_size;
  wire::Derived<std::uint32_t> notification_type;
  wire::Offset<std::uint32_t> resource_name_offset;  // from the start of this structure
  wire::Derived<std::uint32_t> resource_name_length;
  std::uint16_t reserved = 0;
  std::uint16_t target_type = 0;
  wire::Derived<std::uint32_t> ip_addr_count;
  std::vector<MoveDestination> ip_addr_move_list;
  wire::Utf16 resource_name;  // the share's name
};

template <class V>
void describe(V& v, MoveDestination& m) {
  v.value("Type", m.type);
  v.reserved("Reserved", m.reserved);
  v.value("IPAddress", m.address);
}

template <class V>
void describe(V& v, ShareRedirect& m) {
  constexpr std::uint32_t move_notification = 3;  // [MS-SWN] 2.2.2.4
  v.constant("StructureSize", m.structure_size, std::uint32_t{48});
  v.constant("NotificationType", m.notification_type, move_notification);
  v.value("ResourceNameOffset", m.resource_name_offset);
  v.value("ResourceNameLength", m.resource_name_length);
  v.reserved("Reserved", m.reserved);
  v.value("TargetType", m.target_type);
  v.value("IPAddrCount", m.ip_addr_count);
  wire::Derived<std::uint64_t> size{.value = MoveDestination::minimum_size * m.ip_addr_count.value};
  v.sequence("IPAddrMoveList", m.ip_addr_move_list, m.ip_addr_count, size, 1);
  v.window("ResourceName", m.resource_name, m.resource_name_offset, m.resource_name_length);
}

}  // namespace smb2
