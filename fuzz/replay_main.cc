// Feeds files to a fuzzer's entry point, without libFuzzer: REPLAY FILE|FOLDER…
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

// The regular files at `path` or below it, in an order that does not depend on the file system. A fuzzer
// without regressions has no folder of them.
std::vector<fs::path> files_at(const fs::path& path) {
  std::vector<fs::path> files;
  if (fs::is_directory(path)) {
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::ranges::sort(files);
  } else if (fs::exists(path)) {
    files.push_back(path);
  } else {
    fmt::print(stderr, "{}: nothing there\n", path.string());
  }
  return files;
}

bool replay(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    fmt::print(stderr, "{}: cannot be read\n", path.string());
    return false;
  }
  const std::vector<char> content{std::istreambuf_iterator<char>(file), {}};
  const std::vector<std::uint8_t> bytes(content.begin(), content.end());
  fmt::print(stderr, "{}: {} bytes\n", path.string(), bytes.size());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t replayed = 0;
  for (int i = 1; i < argc; ++i) {
    for (const fs::path& file : files_at(argv[i])) {
      if (!replay(file)) return 1;
      ++replayed;
    }
  }
  fmt::print("{} inputs replayed\n", replayed);
  return replayed == 0 ? 1 : 0;
}
