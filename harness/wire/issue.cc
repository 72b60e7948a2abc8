#include "harness/wire/issue.h"

#include <fmt/format.h>

namespace wire {

std::string_view name(Rule rule) {
  switch (rule) {
    case Rule::truncated:
      return "truncated";
    case Rule::wrong_constant:
      return "wrong-constant";
    case Rule::nonzero_reserved:
      return "nonzero-reserved";
    case Rule::outside:
      return "outside";
    case Rule::wrong_length:
      return "wrong-length";
    case Rule::wrong_count:
      return "wrong-count";
    case Rule::misaligned:
      return "misaligned";
    case Rule::overlapping:
      return "overlapping";
    case Rule::malformed_payload:
      return "malformed-payload";
    case Rule::not_minimal:
      return "not-minimal";
  }
  return "unknown";
}

std::string Issue::text() const {
  const auto at = [&](std::string_view what) {
    return fmt::format("{} at byte {}: {}", field, offset, what);
  };
  switch (rule) {
    case Rule::truncated:
      return at(fmt::format("the message ends after {} of {} bytes", got, wanted));
    case Rule::wrong_constant:
      return at(fmt::format("{:#x} instead of {:#x}", got, wanted));
    case Rule::nonzero_reserved:
      return at(fmt::format("{:#x} instead of 0", got));
    case Rule::outside:
      return at(fmt::format("reaches to byte {} of {}", got, wanted));
    case Rule::wrong_length:
      return at(fmt::format("says {} bytes, its content takes {}", got, wanted));
    case Rule::wrong_count:
      return at(fmt::format("counts {}, {} are there", got, wanted));
    case Rule::misaligned:
      return at(fmt::format("{} is no multiple of {}", got, wanted));
    case Rule::overlapping:
      return at(fmt::format("starts at byte {}, before the end of earlier fields at {}", got, wanted));
    case Rule::malformed_payload:
      return at(fmt::format("{} bytes do not form this payload", got));
    case Rule::not_minimal:
      return at("not the shortest encoding");
  }
  return at("unknown rule");
}

}  // namespace wire
