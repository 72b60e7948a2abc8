// What a decoder found odd. Decoding goes on after every one of these.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace wire {

enum class Rule : std::uint8_t {
  truncated,          // the message ends inside the field
  wrong_constant,     // a StructureSize or signature with another value
  nonzero_reserved,   //
  outside,            // offset or offset + length reaches past the message
  wrong_length,       // a length unlike what its payload takes
  wrong_count,        // fewer elements present than counted
  misaligned,         // an element or window off its boundary
  overlapping,        // a window that reaches into what stands before it
  malformed_payload,  // a payload that its type does not fit; its bytes are kept
  not_minimal,        // an encoding longer than need be (TLV)
};

struct Issue {
  Rule rule;
  std::uint32_t offset;    // bytes from the start of the message
  std::string_view field;  // the specification's spelling; static storage
  std::uint64_t got = 0;
  std::uint64_t wanted = 0;

  std::string text() const;
  bool operator==(const Issue&) const = default;
};

std::string_view name(Rule rule);

}  // namespace wire
