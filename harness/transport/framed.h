// Direct TCP frames over a stream, with everything recorded.
#pragma once

#include <memory>

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
  // `recording` must outlive this.
  Framed(std::unique_ptr<Stream> stream, unsigned connection, const Network& network, Recording& recording);
  ~Framed();

  // `bytes` as they are: whoever wants a frame has framed them.
  Awaitable<Result<void>> send(wire::View bytes, Time deadline);

  // The next whole frame. A first byte other than zero is not_a_frame, at once. A frame of up to 16 MiB is
  // read; what had arrived of an unfinished frame is recorded when the stream ends inside it.
  Awaitable<Result<Frame>> receive(Time deadline);

  void close();
  bool is_closed() const { return closed_; }

 private:
  void record(Event event, wire::View bytes, std::string note = {});

  std::unique_ptr<Stream> stream_;
  unsigned connection_;
  const Network& network_;
  Recording& recording_;
  wire::Bytes buffer_;  // received, not yet a whole frame
  bool closed_ = false;
};

}  // namespace transport
