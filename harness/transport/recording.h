// What went over the connections of one case, in order, as it was on the wire.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/transport/time.h"
#include "harness/wire/bytes.h"

namespace transport {

enum class Event : std::uint8_t { connected, sent, received, closed_by_us, closed_by_peer };

// What the keys at hand say of a signature or a seal.
enum class Protection : std::uint8_t {
  none,
  right,
  wrong,
  unknown,  // no key to judge it with
};

struct Recorded {
  Event event;
  unsigned connection;  // by order of connecting, from 0
  Time at;
  wire::Bytes bytes;  // sent: as given, framing included; received: one frame with its four bytes
  // closed_by_peer: how, "reset by the peer" say; sent: why it failed; received: why `bytes` are no whole
  // frame. "" otherwise.
  std::string note = {};
  wire::Bytes opened = {};  // the chain inside of a sealed message, where a key of the case opened it
  Protection seal = Protection::none;  // received
  // Of the elements in order, received ones and those sent unsealed; empty where nobody looked. `wrong` only
  // where the keys of both sides are beyond doubt the same.
  std::vector<Protection> signatures = {};
};

using Recording = std::vector<Recorded>;

}  // namespace transport
