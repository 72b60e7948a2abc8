// [MS-SMB2] 2.2.32, 3.3.5.15: IOCTL responses
#include <fmt/format.h>

#include "harness/audit/rules/rules.h"

namespace audit {
namespace {

using smb2::CtlCode;
using smb2::IoctlRequest;
using smb2::IoctlResponse;

constexpr std::uint32_t fixed_part = 48;
constexpr std::uint32_t buffer_offset = smb2::header_size + fixed_part;

using IoctlCheck = void (*)(const IoctlResponse&, const Exchange&, Judge&);
template <IoctlCheck check>
void on_ioctl(const Exchange& x, Judge& judge) {
  const auto* body = std::get_if<IoctlResponse>(&x.response.body);
  if (body != nullptr && x.bytes.size() >= buffer_offset) check(*body, x, judge);
}

void whole(const Exchange& x, Judge& judge) {
  const auto* body = std::get_if<IoctlResponse>(&x.response.body);
  if (body == nullptr) return;
  if (x.bytes.size() < buffer_offset) {
    return judge.fail("", fmt::format("{} bytes of IOCTL response and more", fixed_part),
                      fmt::format("{} bytes", x.bytes.size() - std::min(x.bytes.size(), smb2::header_size)));
  }
  judge.equal("StructureSize[1]", body->structure_size.value, std::uint16_t{49});
  // An asynchronous header has no Reserved of its own.
  judge.equal(x.header().is_async() ? "Reserved" : "Reserved[1]", body->reserved, std::uint16_t{0});
  judge.equal("Reserved2", body->reserved2, 0U);
}

void flags(const IoctlResponse& body, const Exchange&, Judge& judge) {
  judge.equal("Flags[1]", body.flags, 0U);
}

void ctl_code(const IoctlResponse& body, const Exchange& x, Judge& judge) {
  if (const auto* asked = x.asked<IoctlRequest>()) judge.equal("CtlCode", body.ctl_code, asked->ctl_code);
}

// 3.3.5.15: operations of no Open.
bool needs_no_open(CtlCode code) {
  switch (code) {
    case CtlCode::dfs_get_referrals:
    case CtlCode::dfs_get_referrals_ex:
    case CtlCode::pipe_wait:
    case CtlCode::query_network_interface_info:
    case CtlCode::validate_negotiate_info:
      return true;
    default:
      return false;
  }
}

// In a related operation all ones stand for the Open of the one before (3.3.5.2.7.2).
void file_id(const IoctlResponse& body, const Exchange& x, Judge& judge) {
  const auto* asked = x.asked<IoctlRequest>();
  if (asked == nullptr) return;
  const bool no_open = needs_no_open(asked->ctl_code);
  if (!no_open && (x.request->is_related() || asked->file_id == smb2::no_file_id)) return;
  judge.applies();
  const smb2::FileId& wanted = no_open ? smb2::no_file_id : asked->file_id;
  if (body.file_id != wanted) judge.fail("FileId", wire::to_hex(wanted), wire::to_hex(body.file_id));
}

// Those of 2.2.31: all others are passed through, and the file system decides what it returns (3.3.5.15.8).
bool is_of_smb2(CtlCode code) {
  switch (code) {
    case CtlCode::pipe_peek:
    case CtlCode::pipe_transceive:
    case CtlCode::srv_copychunk:
    case CtlCode::srv_copychunk_write:
    case CtlCode::srv_enumerate_snapshots:
    case CtlCode::srv_request_resume_key:
    case CtlCode::srv_read_hash:
    case CtlCode::lmr_request_resiliency:
    case CtlCode::set_reparse_point:
    case CtlCode::file_level_trim:
      return true;
    default:
      return needs_no_open(code);
  }
}

void input_offset(const IoctlResponse& body, const Exchange&, Judge& judge) {
  judge.equal("InputOffset", body.input_offset.value, buffer_offset);
}

void input_count(const IoctlResponse& body, const Exchange&, Judge& judge) {
  if (is_of_smb2(body.ctl_code)) judge.equal("InputCount", body.input_count.value, 0U);
}

std::uint64_t behind_input(const IoctlResponse& body) {
  return (std::uint64_t{body.input_offset.value} + body.input_count.value + 7) / 8 * 8;
}

void output_offset(const IoctlResponse& body, const Exchange&, Judge& judge) {
  if (body.output_count.value != 0)
    judge.equal("OutputOffset", std::uint64_t{body.output_offset.value}, behind_input(body));
}

// Windows puts there the place that the output would have (product behaviour 67).
void output_offset_of_none(const IoctlResponse& body, const Exchange&, Judge& judge) {
  if (body.output_count.value == 0) {
    judge.one_of("OutputOffset", std::uint64_t{body.output_offset.value},
                 {std::uint64_t{0}, behind_input(body)});
  }
}

void output_is_inside(const IoctlResponse& body, const Exchange& x, Judge& judge) {
  judge.applies();
  const std::uint64_t offset = body.output_offset.value;
  const std::uint64_t count = body.output_count.value;
  if (count != 0 && offset + count > x.bytes.size()) {
    judge.fail("OutputCount", fmt::format("output that ends in the message of {} bytes", x.bytes.size()),
               fmt::format("{} bytes from {} on", count, offset));
  }
}

void output_count(const IoctlResponse& body, const Exchange& x, Judge& judge) {
  const auto* asked = x.asked<IoctlRequest>();
  if (asked == nullptr) return;
  judge.applies();
  if (body.output_count.value > asked->max_output_response) {
    judge.fail("OutputCount", fmt::format("at most {}, MaxOutputResponse", asked->max_output_response),
               fmt::format("{}", body.output_count.value));
  }
}

const Entry<ResponseCheck> table[] = {
    {{"ioctl-body", "An IOCTL response has StructureSize 49, Reserved 0 and Reserved2 0", Strength::must,
      "IOC-039"},
     whole},
    {{"ioctl-flags", "Flags of an IOCTL response are 0", Strength::must, "IOC-040"}, on_ioctl<flags>},
    {{"ioctl-ctl-code", "An IOCTL response has the CtlCode of its request", Strength::must, "IOC-041"},
     on_ioctl<ctl_code>},
    {{"ioctl-file-id",
      "An IOCTL response has the FileId of its request, all ones where there is no Open",
      Strength::must,
      "IOC-042",
      {"IOC-043"}},
     on_ioctl<file_id>},
    {{"ioctl-input-offset", "InputOffset of an IOCTL response leads to Buffer", Strength::should, "IOC-044"},
     on_ioctl<input_offset>},
    {{"ioctl-input-count", "An IOCTL response returns no input", Strength::should, "IOC-045"},
     on_ioctl<input_count>},
    {{"ioctl-output-offset", "Output begins at the first 8-byte boundary behind the input", Strength::must,
      "IOC-046"},
     on_ioctl<output_offset>},
    {{"ioctl-no-output", "Without output OutputOffset is 0", Strength::should, "IOC-047"},
     on_ioctl<output_offset_of_none>},
    {{"ioctl-output", "The output of an IOCTL response lies in the message", Strength::must, "IOC-048"},
     on_ioctl<output_is_inside>},
    {{"ioctl-output-count", "No more output comes than MaxOutputResponse", Strength::must, "IOC-029"},
     on_ioctl<output_count>},
};

}  // namespace

ResponseEntries ioctl_rules() { return table; }

}  // namespace audit
