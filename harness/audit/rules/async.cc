// [MS-SMB2] 3.3.4.2: interim responses, and the final ones that follow them
#include "harness/audit/rules/rules.h"

namespace audit {
namespace {

using smb2::HeaderFlags;
using smb2::NtStatus;

bool is_final(const Exchange& x) { return x.request != nullptr && !x.is_interim(); }

void interim_flag(const Exchange& x, Judge& judge) {
  if (x.header().status == NtStatus::pending)
    judge.has_bits("Flags", x.header().flags, HeaderFlags::async_command);
}

void interim_async_id(const Exchange& x, Judge& judge) {
  if (!x.is_interim() || !x.header().is_async()) return;
  judge.applies();
  const std::uint64_t id = x.header().async_id;
  if (id == 0) return judge.fail("AsyncId", "not 0", "0x0");
  for (const Request& other : x.connection.outstanding) {
    if (&other != x.request && other.async_id == id) {
      return judge.fail("AsyncId", "unlike that of any other outstanding request", Judge::text(id));
    }
  }
}

void interim_body(const Exchange& x, Judge& judge) {
  if (!x.is_interim()) return;
  const auto* body = std::get_if<smb2::ErrorResponse>(&x.response.body);
  if (body == nullptr) return;
  judge.equal("StructureSize[1]", body->structure_size.value, std::uint16_t{9});
  judge.equal("ByteCount", body->byte_count.value, 0U);
}

// A request sent with the flag may find it mirrored.
void synchronous_flag(const Exchange& x, Judge& judge) {
  if (!is_final(x) || x.request->async_id || x.request->header.is_async()) return;
  judge.lacks_bits("Flags", x.header().flags, HeaderFlags::async_command);
}

void final_async_id(const Exchange& x, Judge& judge) {
  if (!is_final(x) || !x.request->async_id) return;
  judge.has_bits("Flags", x.header().flags, HeaderFlags::async_command);
  if (x.header().is_async()) judge.equal("AsyncId", x.header().async_id, *x.request->async_id);
}

void final_credits(const Exchange& x, Judge& judge) {
  if (is_final(x) && x.request->async_id) judge.equal("CreditRequest", x.header().credits, std::uint16_t{0});
}

const Entry<ResponseCheck> table[] = {
    {{"interim-flag", "An interim response has SMB2_FLAGS_ASYNC_COMMAND", Strength::must, "ASY-004"},
     interim_flag},
    {{"interim-async-id",
      "The AsyncId of an interim response is unique and not 0",
      Strength::must,
      "ASY-005",
      {"ASY-009"}},
     interim_async_id},
    {{"interim-body", "The body of an interim response is an empty ERROR", Strength::must, "ASY-007"},
     interim_body},
    {{"synchronous-flag", "A response without an interim one lacks SMB2_FLAGS_ASYNC_COMMAND", Strength::must,
      "HDR-008"},
     synchronous_flag},
    {{"final-async-id",
      "A final response has the AsyncId of its interim one",
      Strength::must,
      "ASY-008",
      {"ERR-017", "HDR-009"}},
     final_async_id},
    {{"final-credits",
      "The final response of an asynchronous request grants no credits",
      Strength::must,
      "CRD-016",
      {"ERR-017", "ASY-019"}},
     final_credits},
};

}  // namespace

ResponseEntries async_rules() { return table; }

}  // namespace audit
