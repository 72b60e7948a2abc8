// [MS-SMB2] 2.2.9.2.1 SMB2_REMOTED_IDENTITY_TREE_CONNECT Context
#pragma once

#include <cstdint>

#include "harness/smb2/flags.h"
#include "harness/wire/derived.h"
#include "harness/wire/value.h"

namespace smb2 {

// The numbers from User to DeviceClaims are offsets into this structure, of parts of TicketInfo.
struct RemotedIdentity {
  wire::Derived<std::uint16_t> ticket_type;
  wire::Derived<std::uint16_t> ticket_size;  // bytes of the whole
  std::uint16_t user = 0;
  std::uint16_t user_name = 0;
  std::uint16_t domain = 0;
  std::uint16_t groups = 0;
  std::uint16_t restricted_groups = 0;
  std::uint16_t privileges = 0;
  std::uint16_t primary_group = 0;
  std::uint16_t owner = 0;
  std::uint16_t default_dacl = 0;
  std::uint16_t device_groups = 0;
  std::uint16_t user_claims = 0;
  std::uint16_t device_claims = 0;
  wire::Bytes ticket_info;
};

template <class V>
void describe(V& v, RemotedIdentity& m) {
  const auto start = v.mark();
  v.constant("TicketType", m.ticket_type, std::uint16_t{1});
  v.value("TicketSize", m.ticket_size);
  v.value("User", m.user);
  v.value("UserName", m.user_name);
  v.value("Domain", m.domain);
  v.value("Groups", m.groups);
  v.value("RestrictedGroups", m.restricted_groups);
  v.value("Privileges", m.privileges);
  v.value("PrimaryGroup", m.primary_group);
  v.value("Owner", m.owner);
  v.value("DefaultDacl", m.default_dacl);
  v.value("DeviceGroups", m.device_groups);
  v.value("UserClaims", m.user_claims);
  v.value("DeviceClaims", m.device_claims);
  v.rest("TicketInfo", m.ticket_info);
  v.extent("TicketSize", m.ticket_size, start);
}

}  // namespace smb2
