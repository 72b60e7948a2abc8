#include "harness/cli/capture.h"

#include <fmt/format.h>

#include "harness/client/key_log.h"

namespace cli {
namespace {

std::filesystem::path keys_of(std::filesystem::path path) { return path += ".keys"; }

}  // namespace

Capture::Capture(const std::filesystem::path& path)
    : path_(path), packets_(path, std::ios::binary), keys_(keys_of(path)), writer_(packets_) {}

std::expected<std::unique_ptr<Capture>, std::string> Capture::open(const std::filesystem::path& path) {
  std::unique_ptr<Capture> capture(new Capture(path));
  if (!capture->packets_.flush() || !capture->keys_)
    return std::unexpected(fmt::format("--pcap: {} and its keys cannot be written", path.string()));
  return capture;
}

void Capture::add(const scenario::CaseRun& run, std::chrono::system_clock::time_point start) {
  const auto since_1970 = std::chrono::duration_cast<std::chrono::microseconds>(start.time_since_epoch());
  writer_.add(run.result.recording, static_cast<std::uint64_t>(since_1970.count()), run.result.id);
  keys_ << client::key_log(run.sessions);
}

std::expected<void, std::string> Capture::finish() {
  if (packets_.flush() && keys_.flush()) return {};
  return std::unexpected(fmt::format("--pcap: {} could not be written to its end", path_.string()));
}

}  // namespace cli
