#include "harness/wire/bytes.h"

#include <fmt/format.h>

namespace wire {
namespace {

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

}  // namespace

std::string to_hex(View bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::optional<Bytes> from_hex(std::string_view text) {
  Bytes bytes;
  int high = -1;
  for (const char c : text) {
    if (is_space(c) && high < 0) continue;
    const int value = digit(c);
    if (value < 0) return std::nullopt;
    if (high < 0) {
      high = value;
    } else {
      bytes.push_back(static_cast<std::uint8_t>(high << 4 | value));
      high = -1;
    }
  }
  if (high >= 0) return std::nullopt;
  return bytes;
}

std::string hex_dump(View bytes) {
  std::string text;
  for (std::size_t start = 0; start < bytes.size(); start += 16) {
    const View line = bytes.subspan(start, std::min<std::size_t>(16, bytes.size() - start));
    text += fmt::format("{:04x} ", start);
    for (std::size_t i = 0; i < 16; ++i) {
      text += i < line.size() ? fmt::format(" {:02x}", line[i]) : "   ";
    }
    text += "  |";
    for (const std::uint8_t byte : line) text += byte >= 0x20 && byte < 0x7f ? static_cast<char>(byte) : '.';
    text += "|\n";
  }
  return text;
}

}  // namespace wire
