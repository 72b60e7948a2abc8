// [MS-SMB2] 2.2.31 SMB2 IOCTL Request, 2.2.32 SMB2 IOCTL Response
#pragma once

#include <cstdint>
#include <variant>

#include "harness/smb2/file_id.h"
#include "harness/smb2/fsctl/fsctl.h"
#include "harness/smb2/fsctl/validate_negotiate_info.h"
#include "harness/wire/bytes.h"
#include "harness/wire/derived.h"

namespace smb2 {

enum class IoctlFlags : std::uint32_t { none = 0, is_fsctl = 0x00000001 };

inline constexpr Name ioctl_flag_names[] = {{0x00000001, "SMB2_0_IOCTL_IS_FSCTL", "IS_FSCTL"}};
constexpr Names names(IoctlFlags) { return ioctl_flag_names; }
constexpr bool is_flags(IoctlFlags) { return true; }

// What CtlCode makes of the data; Bytes where this project does not describe it. A new FSCTL joins here and
// in ioctl.cc.
using IoctlInput = std::variant<ValidateNegotiateInfoRequest, wire::Bytes>;
using IoctlOutput = std::variant<ValidateNegotiateInfoResponse, wire::Bytes>;

struct IoctlRequest {
  wire::Derived<std::uint16_t> structure_size;
  std::uint16_t reserved = 0;
  CtlCode ctl_code{};
  FileId file_id{};
  wire::Offset<std::uint32_t> input_offset;
  wire::Derived<std::uint32_t> input_count;
  std::uint32_t max_input_response = 0;  // bytes
  wire::Offset<std::uint32_t> output_offset;
  wire::Derived<std::uint32_t> output_count;
  std::uint32_t max_output_response = 0;  // bytes
  IoctlFlags flags = IoctlFlags::is_fsctl;
  std::uint32_t reserved2 = 0;
  IoctlInput input = wire::Bytes{};
  wire::Bytes output;
};

struct IoctlResponse {
  wire::Derived<std::uint16_t> structure_size;
  std::uint16_t reserved = 0;
  CtlCode ctl_code{};
  FileId file_id{};
  wire::Offset<std::uint32_t> input_offset;
  wire::Derived<std::uint32_t> input_count;
  wire::Offset<std::uint32_t> output_offset;
  wire::Derived<std::uint32_t> output_count;
  std::uint32_t flags = 0;
  std::uint32_t reserved2 = 0;
  wire::Bytes input;
  IoctlOutput output = wire::Bytes{};
};

template <class V>
void describe(V& v, IoctlRequest& m);
template <class V>
void describe(V& v, IoctlResponse& m);

}  // namespace smb2
