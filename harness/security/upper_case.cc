#include "harness/security/upper_case.h"

#include <algorithm>

namespace security {
namespace {

// Small letters whose capitals stand `distance` below them; every one, or every second one from the first on.
struct Range {
  std::uint16_t first;
  std::uint16_t last;
  std::int16_t distance;
  std::uint16_t step = 1;
};

constexpr Range ranges[] = {
    {0x0061, 0x007a, 32},    // a-z
    {0x00e0, 0x00f6, 32},    // à-ö
    {0x00f8, 0x00fe, 32},    // ø-þ
    {0x00ff, 0x00ff, -121},  // ÿ
    {0x0101, 0x012f, 1, 2},  // ā-į
    {0x0133, 0x0137, 1, 2},  // ĳ-ķ
    {0x013a, 0x0148, 1, 2},  // ĺ-ň
    {0x014b, 0x0177, 1, 2},  // ŋ-ŷ
    {0x017a, 0x017e, 1, 2},  // ź-ž
    {0x03ac, 0x03ac, 38},    // ά
    {0x03ad, 0x03af, 37},    // έ-ί
    {0x03b1, 0x03c1, 32},    // α-ρ
    {0x03c2, 0x03c2, 31},    // ς
    {0x03c3, 0x03cb, 32},    // σ-ϋ
    {0x03cc, 0x03cc, 64},    // ό
    {0x03cd, 0x03ce, 63},    // ύ, ώ
    {0x0430, 0x044f, 32},    // а-я
    {0x0450, 0x045f, 80},    // ѐ-џ
    {0x0461, 0x0481, 1, 2},  // ѡ-ҁ
    {0x048b, 0x04bf, 1, 2},  // ҋ-ҿ
    {0x04d1, 0x052f, 1, 2},  // ӑ-ԯ
};

std::uint16_t upper_case(std::uint16_t unit) {
  const auto range = std::ranges::find_if(ranges, [&](const Range& r) {
    return unit >= r.first && unit <= r.last && (unit - r.first) % r.step == 0;
  });
  return range == std::end(ranges) ? unit : static_cast<std::uint16_t>(unit - range->distance);
}

}  // namespace

wire::Utf16 upper_case(const wire::Utf16& text) {
  wire::Utf16 result = text;
  for (std::size_t i = 0; i + 1 < result.raw.size(); i += 2) {
    const std::uint16_t unit = upper_case(static_cast<std::uint16_t>(result.raw[i] | result.raw[i + 1] << 8));
    result.raw[i] = static_cast<std::uint8_t>(unit & 0xff);
    result.raw[i + 1] = static_cast<std::uint8_t>(unit >> 8);
  }
  return result;
}

}  // namespace security
