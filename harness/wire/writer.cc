#include "harness/wire/writer.h"

#include <bit>
#include <cstring>

namespace wire {
namespace {

// Direct TCP carries 24 bits of length; a payload placed beyond would only fill memory.
constexpr std::uint32_t largest_message = 0x00ffffff;

}  // namespace

std::size_t Writer::place(std::optional<std::uint32_t> placed, std::size_t natural) const {
  return placed && *placed <= largest_message ? base_ + *placed : natural;
}

void Writer::put(View bytes) {
  if (bytes.empty()) return;
  const std::size_t end = position_ + bytes.size();
  if (end > bytes_.size()) bytes_.resize(std::max(end, 2 * bytes_.size()));
  std::memcpy(bytes_.data() + position_, bytes.data(), bytes.size());
  position_ = end;
  high_ = std::max(high_, end);
}

void Writer::number(std::uint64_t value, std::size_t width, bool big_endian) {
  static_assert(std::endian::native == std::endian::little);
  if (big_endian) value = std::byteswap(value) >> (64 - 8 * width);
  put({reinterpret_cast<const std::uint8_t*>(&value), width});
}

void Writer::settle(const void* derived, std::uint64_t natural) {
  const auto open = std::ranges::find(pending_, derived, &Pending::derived);
  if (open == pending_.end()) return;  // forced, or never written
  const std::size_t after = std::exchange(position_, open->place);
  number(natural, open->width, open->big_endian);
  position_ = after;
  pending_.erase(open);
}

}  // namespace wire
