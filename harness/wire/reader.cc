#include "harness/wire/reader.h"

#include <bit>
#include <cstring>

namespace wire {

View Reader::take(std::string_view name, std::size_t size) {
  if (size > end_ - position_) {
    if (!truncated_) report(Rule::truncated, position_, name, end_ - position_, size);
    truncated_ = true;
    position_ = end_;
    high_ = std::max(high_, position_);
    return {};
  }
  const View bytes = session_.message.subspan(position_, size);
  auto& covered = session_.covered;
  if (!covered.empty() && covered.back().second == position_) {
    covered.back().second += size;
  } else if (size != 0) {
    covered.emplace_back(position_, position_ + size);
  }
  position_ += size;
  high_ = std::max(high_, position_);
  return bytes;
}

std::uint64_t Reader::number(std::string_view name, std::size_t width) {
  static_assert(std::endian::native == std::endian::little);
  const View bytes = take(name, width);
  std::uint64_t number = 0;
  if (!bytes.empty()) std::memcpy(&number, bytes.data(), bytes.size());
  return number;
}

void Reader::report(Rule rule, std::size_t at, std::string_view name, std::uint64_t got,
                    std::uint64_t wanted) {
  if (session_.issues.empty()) session_.issues.reserve(8);
  session_.issues.push_back({rule, static_cast<std::uint32_t>(at), name, got, wanted});
}

Residue residue_of(Reader::Session& session) {
  Residue residue{.size = session.message.size(), .gaps = {}};
  std::ranges::sort(session.covered);
  std::size_t at = 0;
  const auto keep = [&](std::size_t stop) {
    if (at >= stop) return;
    const View gap = session.message.subspan(at, stop - at);
    if (std::ranges::any_of(gap, [](std::uint8_t byte) { return byte != 0; })) {
      residue.gaps.emplace_back(at, Bytes(gap.begin(), gap.end()));
    }
  };
  for (const auto& [begin, end] : session.covered) {
    keep(begin);
    at = std::max(at, end);
  }
  keep(session.message.size());
  return residue;
}

}  // namespace wire
