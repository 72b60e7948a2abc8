#include "reference-server/model/command_sequence_window.h"

#include <algorithm>

namespace reference {

bool CommandSequenceWindow::take(std::uint64_t first, std::uint64_t count) {
  const auto run =
      std::ranges::find_if(runs_, [&](const Run& r) { return r.first <= first && first < r.end; });
  if (run == runs_.end() || run->end - first < count) return false;
  const Run above{first + count, run->end};
  run->end = first;
  const auto after = run->first == run->end ? runs_.erase(run) : run + 1;
  if (above.first != above.end) runs_.insert(after, above);
  return true;
}

void CommandSequenceWindow::grant(std::uint64_t credits) {
  if (credits == 0) return;
  const Run top{next_, next_ + credits};
  next_ = top.end;
  if (!runs_.empty() && runs_.back().end == top.first) {
    runs_.back().end = top.end;
  } else {
    runs_.push_back(top);
  }
}

std::uint64_t CommandSequenceWindow::size() const {
  std::uint64_t size = 0;
  for (const Run& run : runs_) size += run.end - run.first;
  return size;
}

}  // namespace reference
