// A run's traffic as a pcapng file that Wireshark opens: the bytes of recordings in TCP conversations made up
// around them, each packet saying which case it belongs to.
#pragma once

#include <cstdint>
#include <ostream>
#include <string_view>

#include "harness/transport/recording.h"

namespace transport {

class CaptureWriter {
 public:
  // `out` must outlive this; its state tells of failures to write.
  explicit CaptureWriter(std::ostream& out);

  // One case's connections. `start`: microseconds since 1970 at the recording's time 0. `comment` goes to
  // each connection's first packet.
  void add(const Recording& recording, std::uint64_t start, std::string_view comment);

 private:
  struct Conversation;
  struct Segment;

  void packet(std::uint64_t time, const Segment& segment, std::string_view comment);
  void block(std::uint32_t type, wire::View body);

  std::ostream& out_;
  std::uint32_t connections_ = 0;  // so far, of all cases
};

}  // namespace transport
