#include "harness/cli/arguments.h"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>

namespace cli {

int complain(Exit code, std::string_view what) {
  fmt::print(stderr, "smbspec: {}\n", what);
  return code;
}

std::expected<target::Address, std::string> resolve(const TargetArguments& arguments) {
  auto address = target::parse_address(arguments.target);
  if (!address || !address->password.empty()) return address;
  if (!arguments.password_file.empty()) {
    std::ifstream in(arguments.password_file);
    if (!std::getline(in, address->password)) {
      return std::unexpected(
          fmt::format("no password can be read from {}", arguments.password_file.string()));
    }
  } else if (const char* password = std::getenv("SMBSPEC_PASSWORD")) {
    address->password = password;
  }
  return address;
}

std::expected<void, std::string> write_file(const std::filesystem::path& path, std::string_view text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.flush();
  if (!out)
    return std::unexpected(fmt::format("{} cannot be written: {}", path.string(), std::strerror(errno)));
  return {};
}

std::expected<void, std::string> replace_file(const std::filesystem::path& path, std::string_view text) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path real = fs::exists(path, error) ? fs::canonical(path, error) : path;  // a link stays one
  fs::path next = real;
  next += ".next";
  if (const auto written = write_file(next, text); !written) return written;
  if (const auto before = fs::status(real, error); fs::is_regular_file(before))
    fs::permissions(next, before.permissions(), error);
  fs::rename(next, real, error);
  if (!error) return {};
  std::error_code ignored;
  fs::remove(next, ignored);
  return std::unexpected(fmt::format("{} cannot be replaced: {}", path.string(), error.message()));
}

std::expected<std::chrono::nanoseconds, std::string> parse_duration(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const double seconds = unit == "ms" ? 1e-3 : unit == "s" ? 1 : unit == "m" ? 60 : unit == "h" ? 3600 : 0;
  // Not a number is neither of both.
  if (error != std::errc() || seconds == 0 || !(number >= 0 && number * seconds <= 1e6)) {
    return std::unexpected(fmt::format("\"{}\" is no time such as 200ms, 2s or 5m", text));
  }
  return std::chrono::nanoseconds(static_cast<std::int64_t>(number * seconds * 1e9));
}

}  // namespace cli
