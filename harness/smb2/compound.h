// [MS-SMB2] 3.2.4.1.4, 3.3.4.1.3, 3.3.5.2.7: messages compounded into one by NextCommand
#pragma once

#include <span>
#include <vector>

#include "harness/wire/bytes.h"
#include "harness/wire/issue.h"

namespace smb2 {

inline constexpr std::size_t compound_alignment = 8;

struct Element {
  wire::View bytes;
  std::vector<wire::Issue> issues;  // of its NextCommand; what else is odd, decoding the bytes tells
};

// Cuts where NextCommand says; what lies behind one that cannot be followed stays with its element. There is
// always an element, and all of them together are the message.
std::vector<Element> split(wire::View message);

// Makes elements one message: pads each but the last to eight bytes and sets its NextCommand, unless it has
// one that is not 0. The result is still in elements, for each is signed alone.
std::vector<wire::Bytes> chain(std::vector<wire::Bytes> elements);

wire::Bytes join(std::span<const wire::Bytes> elements);

}  // namespace smb2
