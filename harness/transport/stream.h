// A byte stream to a server and the network it came from: TCP with the real clock, or memory with a virtual
// one. Everything above speaks to these two.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <expected>
#include <memory>
#include <string>

#include "harness/transport/time.h"
#include "harness/wire/bytes.h"

namespace transport {

enum class Fault : std::uint8_t {
  timeout,      // the deadline passed
  closed,       // the peer ended the stream in good order
  reset,        // the connection broke
  refused,      // nobody listens
  unreachable,  // no route, no such name
  not_a_frame,  // bytes that no Direct TCP frame starts with
};

struct Error {
  Fault fault;
  std::string text;  // for people, one line
};

std::string_view name(Fault fault);  // "timeout", "not-a-frame" …

template <class T>
using Result = std::expected<T, Error>;
template <class T>
using Awaitable = boost::asio::awaitable<T>;

// One operation at a time. The peer ending the stream ends what can be received, not what can be sent: TCP
// takes bytes for a peer that has gone, and loses them. A destroyed stream is closed.
class Stream {
 public:
  virtual ~Stream() = default;

  // Sends all of `bytes`, which must live until the send is over.
  virtual Awaitable<Result<void>> send(wire::View bytes, Time deadline) = 0;

  // At least one byte.
  virtual Awaitable<Result<wire::Bytes>> receive(Time deadline) = 0;

  // Every operation from now on, and one under way, is Fault::closed.
  virtual void close() = 0;
};

class Network {
 public:
  virtual ~Network() = default;
  virtual Awaitable<Result<std::unique_ptr<Stream>>> connect(Time deadline) = 0;
  virtual Time now() const = 0;
  // Lets the server's time pass at once, with everything that is due in it. False where nobody can.
  virtual bool pass(Time) { return false; }
};

}  // namespace transport
