// A text that changes line by line, and what changed.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace target {

class LineDiff {
 public:
  void keep(std::string_view line) { take(' ', line); }
  void remove(std::string_view line) { take('-', line); }
  void add(std::string_view line) { take('+', line); }

  std::size_t removed() const { return count('-'); }
  std::size_t added() const { return count('+'); }

  // As it is now, each line with its end.
  std::string text() const;

  // Hunks with three lines around each change; "" where nothing changes.
  std::string unified() const;

 private:
  struct Line {
    char mark;
    std::string text;
  };

  void take(char mark, std::string_view line) { lines_.push_back({mark, std::string(line)}); }
  std::size_t count(char mark) const {
    return static_cast<std::size_t>(std::ranges::count(lines_, mark, &Line::mark));
  }

  std::vector<Line> lines_;
};

}  // namespace target
