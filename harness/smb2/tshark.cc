#include "harness/smb2/tshark.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <vector>

namespace smb2 {
namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

std::vector<std::vector<std::string>> table(const char* name) {
  std::vector<std::vector<std::string>> rows;
  for (const std::string& line : split(tshark(fmt::format("-G {}", name)).value_or(""), '\n')) {
    if (line.find("\tsmb") != std::string::npos) rows.push_back(split(line, '\t'));
  }
  return rows;
}

}  // namespace

std::optional<std::string> tshark(const std::string& arguments) {
  const std::string command = "tshark " + arguments + " 2>/dev/null";
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return std::nullopt;
  std::string output;
  std::array<char, 1 << 16> part;
  while (const std::size_t size = std::fread(part.data(), 1, part.size(), pipe))
    output.append(part.data(), size);
  if (pclose(pipe) != 0) return std::nullopt;
  return output;
}

std::map<std::uint64_t, std::string> tshark_values(std::string_view field) {
  static const auto rows = table("values");
  std::map<std::uint64_t, std::string> values;
  for (const auto& row : rows) {
    if (row.size() >= 4 && row[0] == "V" && row[1] == field)
      values.emplace(std::stoull(row[2], nullptr, 0), row[3]);
  }
  return values;
}

std::map<std::string, std::uint64_t> tshark_flags(std::string_view prefix) {
  static const auto rows = table("fields");
  std::map<std::string, std::uint64_t> masks;
  for (const auto& row : rows) {
    if (row.size() >= 7 && row[3] == "FT_BOOLEAN" && row[2].starts_with(prefix)) {
      masks.emplace(row[2].substr(prefix.size()), std::stoull(row[6], nullptr, 0));
    }
  }
  return masks;
}

std::vector<std::string> tshark_fields(wire::View pcap, const std::vector<std::string_view>& fields) {
  std::string path = (std::filesystem::temp_directory_path() / "smbspec-XXXXXX").string();
  const int descriptor = mkstemp(path.data());
  if (descriptor < 0) return {};
  close(descriptor);
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(pcap.data()), static_cast<std::streamsize>(pcap.size()));
  std::string arguments = fmt::format("-n -r {} -Y smb2 -T fields -E separator=';' -E aggregator=,", path);
  for (const std::string_view field : fields) arguments += fmt::format(" -e {}", field);
  const auto lines = split(tshark(arguments).value_or(""), '\n');
  std::filesystem::remove(path);
  return lines;
}

}  // namespace smb2
