// [MS-SMB2] 3.3.1.1: the MessageIds a client may use. Each credit granted adds the next one at the top; each
// one used is gone for good.
#pragma once

#include <cstdint>
#include <vector>

namespace reference {

class CommandSequenceWindow {
 public:
  // Takes `count` consecutive MessageIds out; false, and nothing is taken, when one of them is not there.
  bool take(std::uint64_t first, std::uint64_t count);

  void grant(std::uint64_t credits);

  // How many MessageIds, that is credits, the client holds.
  std::uint64_t size() const;

 private:
  struct Run {
    std::uint64_t first;
    std::uint64_t end;
  };
  std::vector<Run> runs_ = {{0, 1}};  // ascending, apart from each other, none empty
  std::uint64_t next_ = 1;            // the next MessageId to be granted
};

}  // namespace reference
