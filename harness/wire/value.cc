#include "harness/wire/value.h"

namespace wire {
namespace {

constexpr char32_t replacement = 0xfffd;

void append_utf8(std::string& text, char32_t c) {
  const auto put = [&](char32_t value) { text += static_cast<char>(value); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0 | c >> 6);
    put(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    put(0xe0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3f));
    put(0x80 | (c & 0x3f));
  } else {
    put(0xf0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3f));
    put(0x80 | (c >> 6 & 0x3f));
    put(0x80 | (c & 0x3f));
  }
}

void append_unit(Bytes& raw, char32_t unit) {
  raw.push_back(static_cast<std::uint8_t>(unit & 0xff));
  raw.push_back(static_cast<std::uint8_t>(unit >> 8 & 0xff));
}

// The code point at `at`, which moves past it.
char32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(at++);
  if (first < 0x80) return first;
  const unsigned more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;
  if (more == 0 || first > 0xf4) return replacement;
  char32_t c = first & (0x3fu >> more);
  for (unsigned i = 0; i < more; ++i) {
    if (at >= text.size() || (byte(at) & 0xc0) != 0x80) return replacement;
    c = c << 6 | (byte(at++) & 0x3f);
  }
  return c;
}

}  // namespace

Utf16 Utf16::from_utf8(std::string_view text) {
  Utf16 result;
  for (std::size_t at = 0; at < text.size();) {
    char32_t c = next_code_point(text, at);
    if (c > 0x10ffff) c = replacement;
    if (c >= 0x10000) {
      append_unit(result.raw, 0xd800 + ((c - 0x10000) >> 10));
      append_unit(result.raw, 0xdc00 + ((c - 0x10000) & 0x3ff));
    } else {
      append_unit(result.raw, c);
    }
  }
  return result;
}

std::string Utf16::to_utf8() const {
  std::string text;
  const auto unit = [&](std::size_t i) -> char32_t {
    return static_cast<char32_t>(raw[i] | raw[i + 1] << 8);
  };
  std::size_t i = 0;
  for (; i + 1 < raw.size(); i += 2) {
    const char32_t c = unit(i);
    if (c >= 0xd800 && c < 0xdc00 && i + 3 < raw.size() && unit(i + 2) >= 0xdc00 && unit(i + 2) < 0xe000) {
      append_utf8(text, 0x10000 + ((c - 0xd800) << 10) + (unit(i + 2) - 0xdc00));
      i += 2;
    } else {
      append_utf8(text, c >= 0xd800 && c < 0xe000 ? replacement : c);
    }
  }
  if (i < raw.size()) append_utf8(text, replacement);
  return text;
}

}  // namespace wire
