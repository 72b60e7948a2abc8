// One SMB2 message: the header and the body that its Command, direction and Status call for.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "harness/smb2/error.h"
#include "harness/smb2/header.h"
#include "harness/smb2/negotiate.h"
#include "harness/wire/bytes.h"
#include "harness/wire/codec.h"

namespace smb2 {

// Every body this project describes; Bytes for the rest. A new message joins here, in body_of, and in
// harness/smb2/message.cc.
using Body = std::variant<NegotiateRequest, NegotiateResponse, ErrorResponse, wire::Bytes>;

struct Message {
  Header header;
  Body body;
};

template <class V>
void describe(V& v, Message& m);

// The index in Body for what a header announces.
std::size_t body_of(const Header& header);

// A request with an empty body of its command; Bytes for a command that is not described.
Message request(Command command);

// A bare name for reports: "NEGOTIATE Request", "ERROR Response".
std::string title(const Message& message);

wire::Decoded<Message> decode(wire::View bytes);
wire::Bytes encode(const Message& message);

// The fields of a message as it stands in `bytes`, and its issues, a line each; for bytes that are no SMB2
// message whatever can be said of them.
std::string transcript(wire::View bytes);

}  // namespace smb2
