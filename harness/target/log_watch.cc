#include "harness/target/log_watch.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>
#include <optional>

namespace target {
namespace {

constexpr std::size_t piece_size = 64 << 10;
constexpr std::uint64_t most_at_once = 256 << 20;
constexpr std::size_t longest_line = 4 << 10;  // kept, in the hope of its end
constexpr std::size_t longest_quote = 200;

std::optional<struct stat> status_of(int descriptor) {
  struct stat status;
  if (fstat(descriptor, &status) < 0) return std::nullopt;
  return status;
}

// The line around `at`, without the blanks at its ends.
std::string quote(std::string_view text, std::size_t at) {
  const std::size_t before = text.rfind('\n', at);
  const std::size_t start = before == std::string_view::npos ? 0 : before + 1;
  std::string_view line = text.substr(start, std::min(text.find('\n', at), text.size()) - start);
  if (at - start > longest_quote / 2) line.remove_prefix(at - start - longest_quote / 2);
  constexpr std::string_view blanks = " \t\r";
  line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
  line = line.substr(0, line.find_last_not_of(blanks) + 1);
  return printable(line.substr(0, longest_quote));
}

}  // namespace

LogWatch::LogWatch(std::filesystem::path path, std::vector<std::string> signs)
    : path_(std::move(path)), signs_(std::move(signs)) {
  if (!open_file()) return;
  if (const auto status = status_of(file_.get())) position_ = static_cast<std::uint64_t>(status->st_size);
}

std::string LogWatch::look() {
  if (!file_ && !open_file()) return {};
  std::string found = read_new();
  if (!was_replaced() || !open_file()) return found;
  std::string further = read_new();
  return found.empty() ? further : found;
}

bool LogWatch::open_file() {
  Descriptor file(open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  const auto status = status_of(file.get());
  if (!file || !status || !S_ISREG(status->st_mode)) return false;
  file_ = std::move(file);
  position_ = 0;
  line_.clear();
  return true;
}

bool LogWatch::was_replaced() const {
  struct stat now;
  const auto open_one = status_of(file_.get());
  return stat(path_.c_str(), &now) == 0 && open_one &&
         (now.st_ino != open_one->st_ino || now.st_dev != open_one->st_dev);
}

std::string LogWatch::read_new() {
  const auto status = status_of(file_.get());
  if (!status) return {};
  const auto size = static_cast<std::uint64_t>(status->st_size);
  if (size < position_) {
    position_ = 0;
    line_.clear();
  }
  const std::uint64_t end = position_ + std::min(size - position_, most_at_once);
  const auto buffer = std::make_unique_for_overwrite<char[]>(piece_size);
  std::string found;
  while (position_ < end) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(piece_size, end - position_));
    const ssize_t got = pread(file_.get(), buffer.get(), wanted, static_cast<off_t>(position_));
    if (got <= 0) break;
    position_ += static_cast<std::uint64_t>(got);
    std::string line = scan({buffer.get(), static_cast<std::size_t>(got)});
    if (found.empty()) found = std::move(line);
  }
  return found;
}

// A sign may lie across two pieces, which is what the unfinished line is kept for.
std::string LogWatch::scan(std::string_view piece) {
  line_ += piece;
  std::size_t at = std::string::npos;
  for (const std::string& sign : signs_) at = std::min(at, line_.find(sign));
  std::string found = at == std::string::npos ? std::string() : quote(line_, at);
  const std::size_t last = line_.rfind('\n');
  if (last != std::string::npos) line_.erase(0, last + 1);
  if (line_.size() > longest_line) line_.erase(0, line_.size() - longest_line);
  // What has been told is not told again with the rest of its line.
  if (std::ranges::any_of(signs_, [&](const std::string& sign) { return line_.contains(sign); }))
    line_.clear();
  return found;
}

std::string printable(std::string_view text) {
  std::string result(text);
  std::ranges::replace_if(result, [](char c) { return c < ' ' || c > '~'; }, '?');
  return result;
}

}  // namespace target
