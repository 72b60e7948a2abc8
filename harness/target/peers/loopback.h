// Ports and plain connections on 127.0.0.1.
#pragma once

#include <cstdint>

#include "harness/target/descriptor.h"

namespace target::peers {

// A port that this process keeps for a server it starts. Two smbds share a port without a word, so nobody
// else may be given it: bound but not listening, it is passed over in the search for a free one, while a
// server that sets SO_REUSEADDR can listen there.
class ReservedPort {
 public:
  ReservedPort();
  std::uint16_t number() const { return number_; }

 private:
  Descriptor socket_;
  std::uint16_t number_ = 0;
};

// A non-blocking socket that listens on a free port.
struct Listener {
  Listener();
  Descriptor socket;
  std::uint16_t port = 0;
};

// A blocking connection, or an invalid descriptor when nobody listens.
Descriptor connect_to(std::uint16_t port);

}  // namespace target::peers
