// Direct TCP frames over a stream, with everything recorded.
#pragma once

#include <memory>
#include <optional>

#include "harness/transport/recording.h"
#include "harness/transport/stream.h"

namespace transport {

// A frame as received: the four bytes of [MS-SMB2] 2.1 and the message behind them.
struct Frame {
  wire::Bytes bytes;
  wire::View message() const { return wire::View(bytes).subspan(4); }
};

class Framed {
 public:
  // `network` and `recording` must outlive this.
  Framed(std::unique_ptr<Stream> stream, unsigned connection, const Network& network, Recording& recording);
  ~Framed();

  // `bytes` as they are: whoever wants a frame has framed them.
  Awaitable<Result<void>> send(wire::View bytes, Time deadline);

  // The next whole frame, of up to 16 MiB. A first byte other than zero is not_a_frame, at once. After
  // anything but a timeout the stream is over and every receive says the same.
  Awaitable<Result<Frame>> receive(Time deadline);

  // What was received and not asked for is recorded: whole frames, then the beginning of an unfinished one.
  void close();

  // By either side, as far as send and receive have seen.
  bool is_closed() const { return closed_; }

 private:
  std::optional<Frame> take_frame();
  Error end(Error error);
  void record_rest();
  void record(Event event, wire::View bytes = {}, std::string note = {});

  std::unique_ptr<Stream> stream_;
  unsigned connection_;
  const Network& network_;
  Recording& recording_;
  wire::Bytes buffer_;         // received
  std::size_t taken_ = 0;      // bytes of `buffer_` that have become frames
  std::optional<Error> over_;  // why nothing more is received
  bool closed_ = false;
};

}  // namespace transport
