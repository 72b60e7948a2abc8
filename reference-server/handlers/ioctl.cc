#include "reference-server/handlers/ioctl.h"

#include <algorithm>

#include "reference-server/handlers/negotiate.h"
#include "reference-server/model/opens.h"
#include "reference-server/model/verification.h"

namespace reference {
namespace {

using smb2::CtlCode;
using smb2::NtStatus;

constexpr std::uint64_t fixed_part = 56;              // bytes of the request without Buffer
constexpr std::uint32_t validate_response_size = 24;  // bytes, 2.2.32.6

// 3.3.5.15: the sizes and offsets, before any FSCTL is looked at.
bool is_acceptable(const Global& global, const Connection& connection, const Request& request,
                   const smb2::IoctlRequest& body) {
  const std::uint64_t input = body.input_count.value;
  const std::uint64_t offset = body.input_offset.value;
  const std::uint64_t size = request.bytes.size();
  const std::uint64_t limit = connection.max_transact_size;
  if (input > limit || body.max_input_response > limit || body.max_output_response > limit) return false;
  if (input != 0) {
    if (offset > 0 && offset < smb2::header_size + fixed_part) return false;
    if (offset % 8 != 0 || offset > size || offset + input > size) return false;
  }
  const std::uint64_t sent = input + body.output_count.value;
  const std::uint64_t received = std::uint64_t{body.max_input_response} + body.max_output_response;
  return covers(global.settings, connection, request.header(), std::max(sent, received));
}

// 3.3.5.15.12: whatever differs from what the connection negotiated means that somebody changed it under way.
Answer validate_negotiate_info(Global& global, Connection& connection, const smb2::IoctlRequest& body) {
  const Settings& settings = global.settings;
  if (!implements_3x(settings)) return fail(NtStatus::not_supported);
  const Quirks& quirks = settings.quirks;
  const bool is_3_1_1 = connection.dialect == smb2::Dialect::smb_3_1_1;
  if (is_3_1_1 && !quirks.has(Quirk::validates_on_3_1_1)) return Disconnect{};
  if (body.max_output_response < validate_response_size)
    return quirks.has(Quirk::validate_room_refused) ? fail(NtStatus::buffer_too_small) : Disconnect{};
  const auto* info = std::get_if<smb2::ValidateNegotiateInfoRequest>(&body.input);
  if (info == nullptr || info->dialect_count.forced) return fail(NtStatus::invalid_parameter);
  const bool same_dialects = implements_3_1_1(settings) && !quirks.has(Quirk::validates_resulting_dialect)
                                 ? info->dialects == connection.client_dialects
                                 : greatest_common_dialect(settings, info->dialects) == connection.dialect;
  const bool looks = !settings.quirks.has(Quirk::validates_any_negotiate);
  if (looks && (!same_dialects || info->guid != connection.client_guid ||
                info->security_mode != connection.client_security_mode ||
                info->capabilities != connection.client_capabilities)) {
    return Disconnect{};
  }
  return Reply{.body = smb2::IoctlResponse{.ctl_code = CtlCode::validate_negotiate_info,
                                           .file_id = smb2::no_file_id,
                                           .output = smb2::ValidateNegotiateInfoResponse{
                                               .capabilities = connection.server_capabilities,
                                               .guid = global.server_guid,
                                               .security_mode = connection.server_security_mode,
                                               .dialect = connection.dialect}}};
}

// 3.3.5.15.2: no share is part of a namespace.
Answer get_referrals(const Settings& settings) {
  const bool is_dfs_capable = smb2::has(settings.capabilities, smb2::Capabilities::dfs);
  return fail(is_dfs_capable ? NtStatus::not_found : NtStatus::fs_driver_required);
}

}  // namespace

bool has_no_file_id(CtlCode code) {
  switch (code) {
    case CtlCode::dfs_get_referrals:
    case CtlCode::dfs_get_referrals_ex:
    case CtlCode::query_network_interface_info:
    case CtlCode::validate_negotiate_info:
    case CtlCode::pipe_wait:
      return true;
    default:
      return false;
  }
}

Answer ioctl(Global& global, Connection& connection, Request& request) {
  const auto& body = request.body<smb2::IoctlRequest>();
  if (body.flags != smb2::IoctlFlags::is_fsctl) return fail(NtStatus::not_supported);
  if (!has_no_file_id(body.ctl_code)) {
    request.open = find_open(global, *request.session, request.file_id);
    if (request.open == nullptr) return fail(NtStatus::file_closed);
    if (Verdict verdict = verify_channel_sequence(global, connection, request)) return *std::move(verdict);
    return fail(NtStatus::not_supported);
  }
  if (body.file_id != smb2::no_file_id) return fail(NtStatus::invalid_parameter);
  if (!is_acceptable(global, connection, request, body)) return fail(NtStatus::invalid_parameter);
  switch (body.ctl_code) {
    case CtlCode::validate_negotiate_info:
      return validate_negotiate_info(global, connection, body);
    case CtlCode::dfs_get_referrals:
    case CtlCode::dfs_get_referrals_ex:
      return get_referrals(global.settings);
    default:
      return fail(NtStatus::not_supported);
  }
}

}  // namespace reference
