#include "reports/journal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <utility>

#include "reports/json.h"

namespace report {
namespace {

using std::filesystem::path;
using Done = std::expected<void, std::string>;

path partial_of(path p) { return p += ".partial"; }
path next_of(path p) { return p += ".next"; }

std::unexpected<std::string> failed(const path& p, std::string_view what) {
  return std::unexpected(fmt::format("{}: {}: {}", p.string(), what, std::strerror(errno)));
}

Done write_all(int file, std::string_view text, const path& p) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed(p, "cannot be written; free some room or write elsewhere with --json");
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

// The file is there whole or as it was before, after a loss of power too.
Done replace(const path& p, const scenario::RunRecord& record) {
  std::ostringstream text;
  write_json(text, record);
  const path next = next_of(p);
  const int file = ::open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0)
    return failed(next, "cannot be created; choose a folder that can be written with --out or --json");
  Done done = write_all(file, text.view(), next);
  if (::fsync(file) != 0 && done) done = failed(next, "cannot be written to the disk");
  ::close(file);
  if (done && ::rename(next.c_str(), p.c_str()) != 0) done = failed(p, "cannot be replaced");
  if (!done) ::unlink(next.c_str());
  return done;
}

// The partial file, held by this process alone. Another run that ends may remove it between opening and
// locking: then a new one is opened.
std::expected<int, std::string> lock_partial(const path& p) {
  const path partial = partial_of(p);
  while (true) {
    const int file = ::open(partial.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (file < 0)
      return failed(partial, "cannot be created; choose a folder that can be written with --out or --json");
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
      ::close(file);
      return std::unexpected(fmt::format(
          "{}: another run is writing here; wait for it or write elsewhere with --json", p.string()));
    }
    struct stat status{};
    if (::fstat(file, &status) == 0 && status.st_nlink > 0) return file;
    ::close(file);
  }
}

std::optional<std::string> contents(const path& p) {
  std::error_code ignored;
  std::ifstream file(p, std::ios::binary);
  if (!file.is_open() || std::filesystem::is_directory(p, ignored)) return std::nullopt;
  return std::string{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// Every whole line; one that a kill cut off says nothing.
Done take_lines(std::string_view lines, const path& p, scenario::RunRecord& record) {
  for (unsigned number = 1; lines.contains('\n'); ++number) {
    const std::size_t end = lines.find('\n');
    if (const auto taken = take_verdict(lines.substr(0, end), record); !taken) {
      return std::unexpected(fmt::format("{}:{}: {}", p.string(), number, taken.error()));
    }
    lines.remove_prefix(end + 1);
  }
  return {};
}

}  // namespace

std::expected<Journal, std::string> Journal::open(path p, const scenario::RunRecord& record) {
  std::error_code ignored;
  if (std::filesystem::exists(p, ignored) && !std::filesystem::is_regular_file(p, ignored)) {
    return std::unexpected(fmt::format("{}: is no file; name one with --json", p.string()));
  }
  const auto partial = lock_partial(p);
  if (!partial) return std::unexpected(partial.error());
  Journal journal(std::move(p), *partial);

  scenario::RunRecord unjudged = record;
  for (scenario::CaseResult& result : unjudged.cases) {
    result.outcome = scenario::Outcome::no_verdict;
    result.expected = false;
  }
  // Lines of a run that was killed belong to the record that is replaced now.
  if (::ftruncate(journal.partial_, 0) != 0) return failed(partial_of(journal.path_), "cannot be emptied");
  if (Done done = replace(journal.path_, unjudged); !done) {
    ::unlink(partial_of(journal.path_).c_str());
    return std::unexpected(std::move(done.error()));
  }
  return journal;
}

Journal::Journal(Journal&& other) noexcept
    : path_(std::move(other.path_)), partial_(std::exchange(other.partial_, -1)) {}

Journal::~Journal() {
  if (partial_ >= 0) ::close(partial_);
}

Done Journal::add(std::size_t index, const scenario::CaseResult& result) {
  return write_all(partial_, verdict_line(index, result) + "\n", partial_of(path_));
}

Done Journal::finish(const scenario::RunRecord& record) {
  if (Done done = replace(path_, record); !done) return done;
  ::unlink(partial_of(path_).c_str());
  ::close(std::exchange(partial_, -1));
  return {};
}

std::expected<scenario::RunRecord, std::string> read_run(const path& p) {
  const auto text = contents(p);
  if (!text)
    return std::unexpected(fmt::format("{}: cannot be read; name the JSON file of a run", p.string()));
  auto record = read_json(*text);
  if (!record) return std::unexpected(fmt::format("{}: {}", p.string(), record.error()));
  if (const auto lines = contents(partial_of(p))) {
    if (Done taken = take_lines(*lines, partial_of(p), *record); !taken)
      return std::unexpected(taken.error());
    if (record->stopped.empty()) record->stopped = "the run did not end";
  }
  return record;
}

}  // namespace report
