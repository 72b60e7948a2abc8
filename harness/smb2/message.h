// One SMB2 message: the header and the body that its Command, direction and Status call for.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "harness/smb2/cancel.h"
#include "harness/smb2/change_notify.h"
#include "harness/smb2/close.h"
#include "harness/smb2/create.h"
#include "harness/smb2/echo.h"
#include "harness/smb2/error.h"
#include "harness/smb2/flush.h"
#include "harness/smb2/header.h"
#include "harness/smb2/ioctl.h"
#include "harness/smb2/logoff.h"
#include "harness/smb2/negotiate.h"
#include "harness/smb2/query_info.h"
#include "harness/smb2/read.h"
#include "harness/smb2/server_to_client_notification.h"
#include "harness/smb2/session_setup.h"
#include "harness/smb2/tree_connect.h"
#include "harness/smb2/tree_disconnect.h"
#include "harness/smb2/write.h"
#include "harness/wire/bytes.h"
#include "harness/wire/codec.h"

namespace smb2 {

// Every body this project describes; Bytes for the rest. A new message joins here and in the table of
// harness/smb2/message.cc.
using Body = std::variant<NegotiateRequest, NegotiateResponse, ErrorResponse, SessionSetupRequest,
                          SessionSetupResponse, LogoffRequest, LogoffResponse, TreeConnectRequest,
                          TreeConnectResponse, TreeDisconnectRequest, TreeDisconnectResponse, CreateRequest,
                          CreateResponse, CloseRequest, CloseResponse, FlushRequest, FlushResponse,
                          ReadRequest, ReadResponse, WriteRequest, WriteResponse, IoctlRequest, IoctlResponse,
                          CancelRequest, EchoRequest, EchoResponse, ChangeNotifyRequest, ChangeNotifyResponse,
                          QueryInfoRequest, QueryInfoResponse, ServerToClientNotification, wire::Bytes>;

struct Message {
  Header header;
  Body body;
};

template <class V>
void describe(V& v, Message& m);

// The index in Body for what a header announces, and the bytes behind it where that leaves two.
std::size_t body_of(const Header& header, wire::View body = {});

// A request or response with a bare body of its command; Bytes for a command that is not described.
Message request(Command command);
Message response(Command command);

// A bare name for reports: "NEGOTIATE Request", "ERROR Response".
std::string title(const Message& message);

wire::Decoded<Message> decode(wire::View bytes);
wire::Bytes encode(const Message& message);

// What bytes are.
struct Reading {
  std::string
      title;  // "NEGOTIATE Request", "ECHO Request + LOGOFF Request", "3 bytes that are no SMB message"
  bool has_fields = false;
  std::vector<wire::Issue> issues;
};

// Shows the fields of a message as it stands in `bytes`, an SMB1 one too. Of a compounded one those of every
// element, whose offsets count from its own start.
Reading observe(wire::View bytes, wire::Observer& fields);

// The same as text, a line a field and an issue; a hex dump of bytes that have no fields.
std::string transcript(wire::View bytes);

}  // namespace smb2
