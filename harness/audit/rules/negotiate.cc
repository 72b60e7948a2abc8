// [MS-SMB2] 2.2.4, 3.3.5.3, 3.3.5.4: the fixed part of a NEGOTIATE response
#include <fmt/format.h>

#include "harness/audit/rules/rules.h"

namespace audit {
namespace {

using smb2::Dialect;
using smb2::NegotiateRequest;
using smb2::NegotiateResponse;
using smb2::SecurityMode;

constexpr std::size_t fixed_part = 64;
constexpr std::uint16_t buffer_offset = smb2::header_size + fixed_part;

void structure_size(const NegotiateResponse& body, const Exchange& x, Judge& judge) {
  if (x.bytes.size() < buffer_offset) {
    return judge.fail("", fmt::format("{} bytes of NEGOTIATE response and more", fixed_part),
                      fmt::format("{} bytes", x.bytes.size() - std::min(x.bytes.size(), smb2::header_size)));
  }
  judge.equal("StructureSize[1]", body.structure_size.value, std::uint16_t{65});
}

void signing_enabled(const NegotiateResponse& body, const Exchange&, Judge& judge) {
  judge.has_bits("SecurityMode", body.security_mode, SecurityMode::signing_enabled);
}

void security_mode_bits(const NegotiateResponse& body, const Exchange&, Judge& judge) {
  judge.lacks_bits("SecurityMode", body.security_mode,
                   ~(SecurityMode::signing_enabled | SecurityMode::signing_required));
}

// 0x02FF has a rule of its own.
void dialect_was_offered(const NegotiateResponse& body, const NegotiateRequest& offer, Judge& judge) {
  if (body.dialect_revision == Dialect::wildcard) return;
  std::vector<Dialect> lawful;
  for (const Dialect dialect : smb2::all_dialects) {
    if (std::ranges::find(offer.dialects, dialect) != offer.dialects.end()) lawful.push_back(dialect);
  }
  judge.one_of("DialectRevision", body.dialect_revision, std::span<const Dialect>(lawful));
}

void wildcard(const NegotiateResponse& body, const Exchange& x, Judge& judge) {
  const auto* offer = x.offer();
  if (offer == nullptr) return;
  judge.applies();
  if (body.dialect_revision != Dialect::wildcard) return;
  if (!x.request->multi_protocol) {
    judge.fail("DialectRevision", "a dialect, 0x02ff answers SMB_COM_NEGOTIATE alone",
               Judge::text(body.dialect_revision));
  } else if (std::ranges::find(offer->dialects, Dialect::wildcard) == offer->dialects.end()) {
    judge.fail("DialectRevision", "2.0.2, \"SMB 2.???\" was not listed", Judge::text(body.dialect_revision));
  }
}

void server_guid(const NegotiateResponse& body, const Exchange& x, Judge& judge) {
  if (!x.server.guid) return;
  judge.applies();
  if (body.server_guid != *x.server.guid) {
    judge.fail("ServerGuid", wire::to_hex(*x.server.guid) + ", as in an earlier response",
               wire::to_hex(body.server_guid));
  }
}

// 3.3.5.3.2 sets no lower bound where "SMB 2.002" is taken.
void maximum_sizes(const NegotiateResponse& body, const Exchange& x, Judge& judge) {
  if (x.request == nullptr || (x.request->multi_protocol && body.dialect_revision == Dialect::smb_2_0_2))
    return;
  judge.at_least("MaxTransactSize", body.max_transact_size, 65536U);
  judge.at_least("MaxReadSize", body.max_read_size, 65536U);
  judge.at_least("MaxWriteSize", body.max_write_size, 65536U);
}

void server_start_time(const NegotiateResponse& body, const Exchange&, Judge& judge) {
  judge.equal("ServerStartTime", body.server_start_time, std::uint64_t{0});
}

// An empty buffer has no place; some servers tell it all the same.
void security_buffer(const NegotiateResponse& body, const Exchange& x, Judge& judge) {
  if (x.bytes.size() < buffer_offset) return;
  const std::uint16_t offset = body.security_buffer_offset.value;
  const std::uint16_t length = body.security_buffer_length.value;
  if (length == 0) return judge.one_of("SecurityBufferOffset", offset, {buffer_offset, std::uint16_t{0}});
  judge.equal("SecurityBufferOffset", offset, buffer_offset);
  if (offset == buffer_offset && length > x.bytes.size() - buffer_offset) {
    judge.fail("SecurityBufferLength",
               fmt::format("at most {}, the bytes that follow", x.bytes.size() - buffer_offset),
               fmt::format("{}", length));
  }
}

bool is_below_3_1_1(const NegotiateResponse& body) { return body.dialect_revision != Dialect::smb_3_1_1; }

void reserved(const NegotiateResponse& body, const Exchange&, Judge& judge) {
  if (is_below_3_1_1(body))
    judge.equal("NegotiateContextCount", body.negotiate_context_count.value, std::uint16_t{0});
}

// Servers from before 3.1.1 had another text and put anything there.
void reserved2(const NegotiateResponse& body, const Exchange& x, Judge& judge) {
  if (is_below_3_1_1(body) && x.server.implements_3_1_1) {
    judge.equal("NegotiateContextOffset", body.negotiate_context_offset.value, 0U);
  }
}

const Entry<ResponseCheck> table[] = {
    {{"negotiate-structure-size", "A NEGOTIATE response is whole and its StructureSize is 65", Strength::must,
      "NEG-046"},
     on_negotiate<structure_size>},
    {{"signing-enabled",
      "SecurityMode has SMB2_NEGOTIATE_SIGNING_ENABLED",
      Strength::must,
      "NEG-047",
      {"NEG-005", "NEG-021"}},
     on_negotiate<signing_enabled>},
    {{"security-mode-bits", "SecurityMode has no undefined bits", Strength::must, "NEG-049"},
     on_negotiate<security_mode_bits>},
    {{"dialect-offered",
      "The selected dialect is one that the client offered",
      Strength::must,
      "NEG-050",
      {"NEG-038", "NEG-019"}},
     on_offer<dialect_was_offered>},
    {{"dialect-wildcard",
      "Dialect 0x02FF answers \"SMB 2.???\" alone",
      Strength::must,
      "NEG-041",
      {"NEG-019"}},
     on_negotiate<wildcard>},
    {{"server-guid", "ServerGuid stays the same", Strength::must, "NEG-051", {"NEG-007", "NEG-155"}},
     on_negotiate<server_guid>},
    {{"maximum-sizes",
      "MaxTransactSize, MaxReadSize and MaxWriteSize are at least 64 KiB",
      Strength::should,
      "NEG-072",
      {"NEG-073", "NEG-074", "NEG-010", "NEG-011", "NEG-012"}},
     on_negotiate<maximum_sizes>},
    {{"server-start-time", "ServerStartTime is 0", Strength::should, "NEG-076", {"NEG-014", "NEG-024"}},
     on_negotiate<server_start_time>},
    {{"security-buffer",
      "SecurityBufferOffset leads to Buffer, which has SecurityBufferLength bytes",
      Strength::must,
      "NEG-077",
      {"NEG-015", "NEG-155"}},
     on_negotiate<security_buffer>},
    {{"negotiate-reserved", "Reserved of a NEGOTIATE response below 3.1.1 is 0", Strength::should, "NEG-085"},
     on_negotiate<reserved>},
    {{"negotiate-reserved2",
      "A server that has 3.1.1 sets Reserved2 to 0 below it",
      Strength::must,
      "NEG-084",
      {"NEG-095"}},
     on_negotiate<reserved2>},
};

}  // namespace

ResponseEntries negotiate_rules() { return table; }

}  // namespace audit
