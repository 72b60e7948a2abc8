// decode(), encode() and walk() of codec.h for messages of the TLV family; find(), places() and print()
// follow.
#pragma once

#include "harness/wire/codec.h"
#include "harness/wire/der_reader.h"
#include "harness/wire/der_writer.h"

namespace wire {

template <DerEncoded M>
Decoded<M> decode(View bytes) {
  Decoded<M> decoded;
  DerReader reader(bytes, decoded.issues);
  describe(reader, decoded.message);
  return decoded;
}

template <DerEncoded M>
Bytes encode(const M& message) {
  return DerWriter::write(const_cast<M&>(message));  // it changes nothing, as the Writer
}

template <DerEncoded M>
Bytes encode(const M& message, const Residue& /*empty: all is in the message*/) {
  return encode(message);
}

template <DerEncoded M>
void walk(M& message, Observer& observer) {
  DerWriter::write(message, &observer);
}

}  // namespace wire
