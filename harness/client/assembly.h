// Messages between what a case says and what the wire carries: outwards elements are padded and chained,
// signed, sealed; inwards the same is undone and what it proved is told. A case may bend bytes after each
// stage.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/client/connection.h"
#include "harness/transport/recording.h"

namespace client {

enum class Stage : std::uint8_t { sign, seal, frame };

// A byte changed after a stage: of the element, of the sealed message, of the frame.
struct Bend {
  Stage stage{};
  std::int64_t offset = 0;  // below 0: from the end, -1 being the last byte
  std::uint8_t exclusive_or = 0;
};

// False when there is no such byte.
bool bend(const Bend& bend, std::span<std::uint8_t> bytes);

struct Outgoing {
  wire::Bytes bytes;                // encoded, SIGNED flag included
  const Session* signer = nullptr;  // whose channel key signs it; none: unsigned
  std::vector<Bend> bends;          // after signing
};

struct Assembled {
  wire::Bytes message;  // what goes into the frame
  wire::Bytes chain;    // what was sealed; empty when nothing was
};

// `sealer`: whose keys seal the chain; none: plain. `nonce` must never repeat under the same keys.
Assembled assemble(const Connection& connection, std::vector<Outgoing> elements, const Session* sealer,
                   std::uint64_t nonce, const Connection::TransformBend& transform = {});

using transport::Protection;

struct Incoming {
  struct Element {
    wire::Decoded<smb2::Message> decoded;
    wire::Bytes bytes;  // as signed
    Protection signature = Protection::none;
  };
  Protection seal = Protection::none;
  wire::Bytes chain;  // opened, when sealed
  std::vector<Element> elements;
  std::string problem;  // of a message that could not be opened: "is no SMB2 message"
};

// Finds the session that an id means on this connection; none when it is not known.
using Sessions = std::function<const Session*(std::uint64_t id)>;

Incoming disassemble(const Connection& connection, const Sessions& sessions, wire::View message);

}  // namespace client
