// [MS-SMB2] 3.3.4.2: requests that are answered later than they are received.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "harness/smb2/header.h"
#include "reference-server/model/keys.h"

namespace reference {

struct Global;
struct Connection;
struct Open;

// 3.3.1.13, in Connection.AsyncCommandList. What its response is protected with is taken as it is received:
// the session may have ended by the time it is answered.
struct AsyncCommand {
  smb2::Header header;     // of the request
  std::uint64_t open = 0;  // Request.Open: its key in GlobalOpenTable
  std::optional<SigningKey> signing;
  std::optional<SealingKey> sealing;
};

// One that is answered, by an ERROR response, once what is being received has been.
struct Completion {
  std::uint64_t connection = 0;  // its key in ConnectionList
  std::uint64_t async_id = 0;
  AsyncCommand command;
  smb2::NtStatus status{};
};

// 3.3.5.16: the request that a CANCEL names, if there is one.
void cancel_request(Global& global, Connection& connection, const smb2::Header& cancel);

// Those of a MessageId, whichever connection they came on: they are never answered.
void forget_requests(Global& global, std::uint64_t message_id);

// Open.OutstandingPreRequestCount: of an Open, with another ChannelSequence. Requests that are not in
// AsyncCommandList are answered before the next is looked at.
std::size_t outstanding_pre_requests(const Global& global, const Open& open);

// Requests on an Open.
void complete_requests_of(Global& global, std::uint64_t open, smb2::NtStatus status);

}  // namespace reference
