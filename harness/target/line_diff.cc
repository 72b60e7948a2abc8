#include "harness/target/line_diff.h"

#include <fmt/format.h>

#include <utility>

namespace target {
namespace {

constexpr std::size_t context = 3;  // lines shown around a change

}  // namespace

std::string LineDiff::text() const {
  std::string text;
  for (const Line& line : lines_) {
    if (line.mark != '-') text += line.text + '\n';
  }
  return text;
}

std::string LineDiff::unified() const {
  std::vector<bool> shown(lines_.size());
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    if (lines_[i].mark == ' ') continue;
    const std::size_t end = std::min(i + context + 1, lines_.size());
    for (std::size_t near = i - std::min(i, context); near < end; ++near) shown[near] = true;
  }

  struct Side {
    std::size_t line = 1;   // the number of the next one
    std::size_t count = 0;  // in the hunk
  };
  std::string text;
  std::string hunk;
  Side before;
  Side after;
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    before.count += lines_[i].mark != '+' ? 1 : 0;
    after.count += lines_[i].mark != '-' ? 1 : 0;
    if (shown[i]) hunk += lines_[i].mark + lines_[i].text + '\n';
    if (shown[i] && i + 1 < lines_.size() && shown[i + 1]) continue;
    if (shown[i])
      text += fmt::format("@@ -{},{} +{},{} @@\n{}", before.line, before.count, after.line, after.count,
                          std::exchange(hunk, {}));
    before = {before.line + before.count};
    after = {after.line + after.count};
  }
  return text;
}

}  // namespace target
