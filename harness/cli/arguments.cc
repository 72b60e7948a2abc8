#include "harness/cli/arguments.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>

namespace cli {

int complain(Exit code, std::string_view what) {
  fmt::print(stderr, "smbspec: {}\n", what);
  return code;
}

namespace {

// What is neither a file nor called like one is meant for an address, and not repeated in complaints: there
// may be a password in it.
bool is_file(const std::string& target) {
  std::error_code ignored;
  return !target.contains("://") &&
         (std::filesystem::exists(target, ignored) || (target.ends_with(".xml") && !target.contains('@')));
}

}  // namespace

std::expected<target::TargetFile, std::string> resolve(const TargetArguments& arguments,
                                                       const target::Vocabulary* vocabulary) {
  target::TargetFile target;
  if (!is_file(arguments.target)) {
    auto address = target::parse_address(arguments.target);
    if (!address) return std::unexpected(address.error());
    target.address = *std::move(address);
  } else {
    auto file = target::load_target_file(arguments.target, vocabulary);
    if (!file) return file;
    target = *std::move(file);
  }
  std::string& password = target.address.password;
  if (!arguments.password_file.empty() && (password.empty() || !target.path.empty())) {
    std::ifstream in(arguments.password_file);
    if (!std::getline(in, password)) {
      return std::unexpected(
          fmt::format("no password can be read from {}", arguments.password_file.string()));
    }
  } else if (const char* given = std::getenv("SMBSPEC_PASSWORD"); given != nullptr && password.empty()) {
    password = given;
  }
  return target;
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

}  // namespace cli
