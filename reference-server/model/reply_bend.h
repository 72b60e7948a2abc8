// One field of one reply, changed before it is signed, sealed and sent. Not a server's behaviour but the
// suite's proof: a change that nothing notices is a rule that nothing checks.
#pragma once

#include <cstdint>

#include "harness/smb2/find_field.h"

namespace reference {

enum class Change : std::uint8_t {
  lowest_bit,   // of a number, of each number of a list, of the first byte of bytes or text
  highest_bit,  // likewise, of the last byte
  shorter,      // a list, bytes or text without its last element
};

struct ReplyBend {
  std::uint64_t reply = 0;  // the server's replies on all connections, from 0
  smb2::Part part{};
  wire::Path path;
  Change change{};
};

// False when the reply has no such field, or nothing of it to change.
bool bend(const ReplyBend& bend, smb2::Message& reply);

}  // namespace reference
