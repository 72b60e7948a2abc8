// [MS-SMB2] 2.2.2, 3.3.4.4: ERROR responses
#include <fmt/format.h>

#include "harness/audit/rules/rules.h"

namespace audit {
namespace {

using smb2::Dialect;

constexpr std::size_t fixed_part = 8;

bool is_whole(const Exchange& x) { return x.bytes.size() >= smb2::header_size + fixed_part; }

void structure_size(const Exchange& x, Judge& judge) {
  const auto* body = x.error();
  if (body == nullptr) return;
  if (!is_whole(x)) {
    return judge.fail("", fmt::format("{} bytes of ERROR response and more", fixed_part),
                      fmt::format("{} bytes", x.bytes.size() - std::min(x.bytes.size(), smb2::header_size)));
  }
  judge.equal("StructureSize[1]", body->structure_size.value, std::uint16_t{9});
}

void reserved(const Exchange& x, Judge& judge) {
  const auto* body = x.error();
  // An asynchronous header has no Reserved of its own.
  if (body != nullptr && is_whole(x)) {
    judge.equal(x.header().is_async() ? "Reserved" : "Reserved[1]", body->reserved, std::uint8_t{0});
  }
}

// One byte may follow an empty ErrorData (product behaviour 5), and a compound is padded to 8 bytes.
void byte_count(const Exchange& x, Judge& judge) {
  const auto* body = x.error();
  if (body == nullptr || !is_whole(x)) return;
  judge.applies();
  const std::size_t there = x.bytes.size() - smb2::header_size - fixed_part;
  const std::size_t count = body->byte_count.value;
  const std::size_t slack = !x.alone ? 8 : count == 0 ? 1 : 0;
  if (count > there || there - count > slack) {
    judge.fail("ByteCount", fmt::format("{}, the bytes that follow", there), fmt::format("{}", count));
  }
}

bool is_below_3_1_1(const Exchange& x) {
  if (x.connection.is_negotiated()) return x.connection.dialect != Dialect::smb_3_1_1;
  const auto* offer = x.offer();
  return offer != nullptr && std::ranges::find(offer->dialects, Dialect::smb_3_1_1) == offer->dialects.end();
}

void context_count(const Exchange& x, Judge& judge) {
  const auto* body = x.error();
  if (body != nullptr && is_whole(x) && is_below_3_1_1(x)) {
    judge.equal("ErrorContextCount", body->error_context_count.value, std::uint8_t{0});
  }
}

// What its data take, in bytes.
std::size_t size_of(const smb2::ErrorContext& context) {
  const auto* bytes = std::get_if<wire::Bytes>(&context.data);
  return bytes != nullptr ? bytes->size() : wire::encode(std::get<smb2::ShareRedirect>(context.data)).size();
}

void contexts(const Exchange& x, Judge& judge) {
  const auto* body = x.error();
  if (body == nullptr || !is_whole(x) || body->error_context_count.value == 0 || is_below_3_1_1(x)) return;
  judge.equal("ErrorContextCount", body->error_context_count.value,
              static_cast<std::uint8_t>(body->error_contexts.size()));
  for (std::size_t i = 0; i < body->error_contexts.size(); ++i) {
    const auto& context = body->error_contexts[i];
    const std::size_t size = size_of(context);
    if (context.error_data_length.value != size) {
      judge.fail(fmt::format("ErrorContextList[{}].ErrorDataLength", i), fmt::format("{}", size),
                 fmt::format("{}", context.error_data_length.value));
    }
  }
}

void error_id(const Exchange& x, Judge& judge) {
  const auto* body = x.error();
  if (body == nullptr || is_below_3_1_1(x)) return;
  for (std::size_t i = 0; i < body->error_contexts.size(); ++i) {
    judge.one_of(fmt::format("ErrorContextList[{}].ErrorId", i), body->error_contexts[i].error_id,
                 {smb2::ErrorId::default_id, smb2::ErrorId::share_redirect});
  }
}

const Entry<ResponseCheck> table[] = {
    {{"error-body",
      "A failure has an ERROR body with StructureSize 9",
      Strength::must,
      "ERR-001",
      {"ERR-010"}},
     structure_size},
    {{"error-reserved", "Reserved of an ERROR response is 0", Strength::must, "ERR-003"}, reserved},
    {{"error-byte-count", "ByteCount is the length of ErrorData", Strength::must, "ERR-004", {"ERR-018"}},
     byte_count},
    {{"error-context-count", "ErrorContextCount is 0 below 3.1.1", Strength::must, "ERR-002"}, context_count},
    {{"error-contexts",
      "Every error context that is counted is there, on an 8-byte boundary",
      Strength::must,
      "ERR-018",
      {"ERR-005", "ERR-006"}},
     contexts},
    {{"error-id", "ErrorId is one of the two defined", Strength::must, "ERR-006"}, error_id},
};

}  // namespace

ResponseEntries error_rules() { return table; }

}  // namespace audit
