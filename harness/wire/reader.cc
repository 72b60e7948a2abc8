#include "harness/wire/reader.h"

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
  const View bytes = take(name, width);
  std::uint64_t number = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) number = number << 8 | bytes[i];
  return number;
}

void Reader::report(Rule rule, std::size_t at, std::string_view name, std::uint64_t got, std::uint64_t wanted) {
  session_.issues.push_back({rule, static_cast<std::uint32_t>(at), name, got, wanted});
}

Residue residue_of(const Reader::Session& session) {
  Residue residue{.size = session.message.size(), .gaps = {}};
  auto covered = session.covered;
  std::ranges::sort(covered);
  std::size_t at = 0;
  const auto keep = [&](std::size_t stop) {
    if (at >= stop) return;
    const View gap = session.message.subspan(at, stop - at);
    if (std::ranges::any_of(gap, [](std::uint8_t byte) { return byte != 0; })) {
      residue.gaps.emplace_back(at, Bytes(gap.begin(), gap.end()));
    }
  };
  for (const auto& [begin, end] : covered) {
    keep(begin);
    at = std::max(at, end);
  }
  keep(session.message.size());
  return residue;
}

}  // namespace wire
