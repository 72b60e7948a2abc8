// Where the contexts of a 3.1.1 NEGOTIATE response stand. The decoder reads them at 8-byte boundaries; this
// tells a wrong count from contexts that stand elsewhere, so that one fault is not held against two rules.
#pragma once

#include <optional>

#include "harness/smb2/negotiate.h"
#include "harness/wire/bytes.h"

namespace audit {

struct ContextLayout {
  std::size_t present = 0;               // contexts at 8-byte boundaries
  std::optional<std::size_t> unaligned;  // where the first stands that follows without padding
};

ContextLayout context_layout(const smb2::NegotiateResponse& body, wire::View message);

// The first byte past the fixed part and the security buffer.
std::size_t earliest_context(const smb2::NegotiateResponse& body);

// NegotiateContextOffset is lawful.
bool starts_well(const smb2::NegotiateResponse& body, wire::View message);

// 3.1.1, and every context stands where it should: what they say can be judged.
bool is_sound(const smb2::NegotiateResponse& body, wire::View message);

}  // namespace audit
