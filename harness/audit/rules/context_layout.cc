#include "harness/audit/rules/context_layout.h"

#include "harness/smb2/header.h"

namespace audit {
namespace {

constexpr std::size_t context_header = smb2::NegotiateContext::minimum_size;
constexpr std::size_t fixed_part = smb2::header_size + 64;

std::size_t number(wire::View bytes, std::size_t at) { return bytes[at] | std::size_t{bytes[at + 1]} << 8; }

// The end of a context of a known type that stands at `at`.
std::optional<std::size_t> context_end(wire::View message, std::size_t at) {
  if (at + context_header > message.size()) return std::nullopt;
  const auto type = static_cast<std::uint16_t>(number(message, at));
  const std::size_t end = at + context_header + number(message, at + 2);
  if (end > message.size() || wire::name_of(smb2::context_type_names, type).empty()) return std::nullopt;
  return end;
}

std::size_t next_boundary(std::size_t at) { return (at + 7) / 8 * 8; }

}  // namespace

ContextLayout context_layout(const smb2::NegotiateResponse& body, wire::View message) {
  ContextLayout layout;
  const std::size_t counted = body.negotiate_context_count.value;
  std::size_t at = body.negotiate_context_offset.value;
  // Contexts that are counted may be of any type; behind those, a known one is a context that was not
  // counted.
  while (at + context_header <= message.size()) {
    const std::size_t end = at + context_header + number(message, at + 2);
    const bool inside = end <= message.size();
    if (!inside || (layout.present >= counted && !context_end(message, at))) break;
    ++layout.present;
    const bool follows_aligned = context_end(message, next_boundary(end)).has_value();
    if (layout.present < counted && end % 8 != 0 && !follows_aligned && context_end(message, end)) {
      layout.unaligned = end;
      break;
    }
    at = next_boundary(end);
  }
  return layout;
}

std::size_t earliest_context(const smb2::NegotiateResponse& body) {
  return fixed_part + body.security_buffer_length.value;
}

bool starts_well(const smb2::NegotiateResponse& body, wire::View message) {
  const std::size_t at = body.negotiate_context_offset.value;
  return at % 8 == 0 && at >= earliest_context(body) && at <= message.size();
}

bool is_sound(const smb2::NegotiateResponse& body, wire::View message) {
  if (body.dialect_revision != smb2::Dialect::smb_3_1_1 || !starts_well(body, message)) return false;
  const ContextLayout layout = context_layout(body, message);
  return !layout.unaligned && layout.present == body.negotiate_context_count.value;
}

}  // namespace audit
