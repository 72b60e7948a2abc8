#include "reports/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace report {
namespace {

constexpr std::string_view ellipsis = "…";

bool is_continuation(char c) { return (static_cast<std::uint8_t>(c) & 0xc0) == 0x80; }

// Bytes of the character that `text` starts with; 0 when it starts ill-formed (The Unicode Standard, table
// 3-7) or with one of the two code points that XML has no place for.
std::size_t character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if (!is_continuation(text[i])) return 0;
  }
  const std::uint8_t second = byte(1);
  if (lead == 0xe0 && second < 0xa0) return 0;                      // overlong
  if (lead == 0xed && second > 0x9f) return 0;                      // surrogates
  if (lead == 0xf0 && second < 0x90) return 0;                      // overlong
  if (lead == 0xf4 && second > 0x8f) return 0;                      // beyond U+10FFFF
  if (lead == 0xef && second == 0xbf && byte(2) >= 0xbe) return 0;  // U+FFFE, U+FFFF
  return size;
}

// Bytes of "ESC [ digits and semicolons m" at the start of `text`, else 0.
std::size_t colour_sequence(std::string_view text) {
  if (!text.starts_with("\x1b[")) return 0;
  const std::size_t end = text.find_first_not_of("0123456789;", 2);
  return end != std::string_view::npos && text[end] == 'm' ? end + 1 : 0;
}

// Bytes of the control character that well-formed `text` starts with, else 0: those of ASCII but TAB and LF,
// U+0080 to U+009F, which terminals obey too, and those that turn the direction of what follows or end a
// line, with which text can pretend to be another.
std::size_t unseen_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead == 0x7f || (lead < 0x20 && lead != '\n' && lead != '\t')) return 1;
  if (lead == 0xc2) return byte(1) < 0xa0 ? 2 : 0;
  if (lead != 0xe2) return 0;
  const std::uint8_t last = byte(2);
  const bool marks = byte(1) == 0x80 && (last == 0x8e || last == 0x8f || (last >= 0xa8 && last <= 0xae));
  const bool isolates = byte(1) == 0x81 && last >= 0xa6 && last <= 0xa9;
  return marks || isolates ? 3 : 0;
}

void escape(std::string& out, char byte) { out += fmt::format("\\x{:02x}", static_cast<std::uint8_t>(byte)); }

// The longest start of well-formed text that is no longer than `bytes`.
std::string_view head(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && is_continuation(text[bytes])) --bytes;
  return text.substr(0, bytes);
}

std::string_view tail(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  std::size_t start = text.size() - bytes;
  while (start < text.size() && is_continuation(text[start])) ++start;
  return text.substr(start);
}

// The first so many columns.
std::string_view left(std::string_view text, std::size_t width) {
  std::size_t end = 0;
  while (end < text.size() && (width > 0 || is_continuation(text[end]))) {
    if (!is_continuation(text[end++])) --width;
  }
  return text.substr(0, end);
}

// Nearly all text is, and needs no second look.
bool is_printable(char c) { return (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\t'; }

}  // namespace

std::string utf8(std::string_view text) {
  if (std::ranges::none_of(text, [](char c) { return (static_cast<std::uint8_t>(c) & 0x80) != 0; })) {
    return std::string(text);
  }
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t size = character(text);
    if (size == 0) {
      escape(out, text[0]);
    } else {
      out += text.substr(0, size);
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return out;
}

std::string visible(std::string_view text) {
  if (std::ranges::all_of(text, is_printable)) return std::string(text);
  std::string out;
  const std::string clean = utf8(text);
  for (std::string_view rest = clean; !rest.empty(); rest.remove_prefix(1)) {
    rest.remove_prefix(colour_sequence(rest));
    if (rest.empty()) break;
    const std::size_t unseen = unseen_character(rest);
    if (unseen == 0) {
      out += rest[0];
      continue;
    }
    for (const char c : rest.substr(0, unseen)) escape(out, c);
    rest.remove_prefix(unseen - 1);
  }
  return out;
}

std::string one_line(std::string_view text) {
  std::string line = visible(text);
  for (char& c : line) {
    if (c == '\n' || c == '\t') c = ' ';
  }
  return line;
}

std::string html_escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::size_t columns(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += is_continuation(c) ? 0 : 1;
  return count;
}

std::string shortened(std::string_view text, std::size_t width) {
  if (columns(text) <= width) return std::string(text);
  return width == 0 ? "" : std::string(left(text, width - 1)) + std::string(ellipsis);
}

std::string cut_end(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  return bytes < ellipsis.size() ? ""
                                 : std::string(head(text, bytes - ellipsis.size())) + std::string(ellipsis);
}

std::string cut_middle(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  constexpr std::size_t note_size = 64;  // at least that of the note below
  if (bytes < 2 * note_size) return cut_end(text, bytes);
  const std::size_t half = (bytes - note_size) / 2;
  const std::string_view first = head(text, half);
  const std::string_view last = tail(text, half);
  return fmt::format("{}\n[… {} bytes left out …]\n{}", first, text.size() - first.size() - last.size(),
                     last);
}

std::string wrapped(std::string_view first, std::string_view text, std::size_t width) {
  const std::size_t indent = columns(first);
  std::string out(first);
  std::size_t column = indent;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    if (text.empty()) return out + "\n";
    std::string_view word = text.substr(0, text.find(' '));
    const std::size_t gap = column == indent ? 0 : 1;
    if (gap == 1 && column + gap + columns(word) > width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
      continue;
    }
    word = left(word, std::max<std::size_t>(width, indent + 8) - column - gap);
    out += std::string(gap, ' ') + std::string(word);
    column += gap + columns(word);
    text.remove_prefix(word.size());
    const bool broken = !text.empty() && text[0] != ' ';
    if (broken) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    }
  }
}

}  // namespace report
