// One field of one reply, set to a value before it is signed, sealed and sent. Not a server's behaviour but
// the suite's proof: a change that nothing notices is a rule that nothing checks.
#pragma once

#include <cstdint>

#include "harness/smb2/direct_tcp.h"
#include "harness/smb2/message.h"
#include "harness/smb2/transform_header.h"

namespace reference {

enum class Layer : std::uint8_t {
  header,
  body,
  token,      // the SPNEGO token of the body's Buffer
  mechanism,  // the NTLMSSP message in that, or bare
  transform,  // the header of the sealed message that begins with this reply
  frame,      // likewise, of the Direct TCP frame
};

struct ReplyBend {
  std::uint64_t reply = 0;  // the server's replies on all connections, from 0
  Layer layer{};
  wire::Path path;
  wire::Value value;  // of a Signature that is computed: the bits that change
};

// Sets the field where the bend is about that layer.
void bend(const ReplyBend& bend, smb2::Message& reply);
void bend(const ReplyBend& bend, smb2::TransformHeader& header);
void bend(const ReplyBend& bend, smb2::DirectTcp& frame);

}  // namespace reference
