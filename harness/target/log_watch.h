// A server's log, watched for lines that mean a crash.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "harness/target/descriptor.h"

namespace target {

// What servers and sanitizers print when they crash.
inline constexpr std::array<std::string_view, 7> crash_signs = {
    "PANIC", "INTERNAL ERROR", "Sanitizer", "Segmentation fault", "core dumped", "BUG:", "Oops"};

class LogWatch {
 public:
  // What the file holds now is of no interest. It need not be there yet.
  LogWatch(std::filesystem::path path, std::vector<std::string> signs);

  // The first line that holds one of the signs among those added since the last look, made printable and
  // cut; "" when there is none. Reads up to 256 MiB, in small pieces, and leaves what is more to the next
  // look. A file that was cut or replaced is read from its beginning.
  std::string look();

  // How much of the file has been read, in bytes.
  std::uint64_t position() const { return position_; }

 private:
  bool open_file();
  bool was_replaced() const;
  std::string read_new();
  std::string scan(std::string_view piece);

  std::filesystem::path path_;
  std::vector<std::string> signs_;
  Descriptor file_;
  std::uint64_t position_ = 0;
  std::string line_;  // the unfinished one so far
};

// Printable ASCII; anything else is a question mark.
std::string printable(std::string_view text);

}  // namespace target
