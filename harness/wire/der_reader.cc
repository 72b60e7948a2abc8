#include "harness/wire/der_reader.h"

namespace wire {
namespace {

struct Length {
  std::uint64_t value;
  std::uint8_t octets;
  bool known;  // else the octet says nothing that could be followed: 0x80, 0x89 and up, or too few octets
};

Length read_length(View octets) {
  const std::uint8_t first = octets[0];
  if (first < 0x80) return {first, 1, true};
  const std::size_t more = first & 0x7f;
  if (more == 0 || more > 8 || more >= octets.size()) return {first, 1, false};
  std::uint64_t value = 0;
  for (const std::uint8_t octet : octets.subspan(1, more)) value = value << 8 | octet;
  return {value, static_cast<std::uint8_t>(more + 1), true};
}

}  // namespace

std::optional<std::size_t> DerReader::open(std::string_view name, Tlv& t, std::uint8_t tag) {
  const std::size_t at = position_;
  if (end_ - at < 2) {
    report(Rule::truncated, at, name, end_ - at, 2);
    t.absent = true;
    return std::nullopt;
  }
  t.tag = {message_[at], message_[at] != tag};
  if (t.tag.forced) report(Rule::wrong_constant, at, name, t.tag.value, tag);

  const Length length = read_length(message_.subspan(at + 1, end_ - at - 1));
  t.length.value = length.value;
  t.length_octets = {length.octets, length.octets != shortest_length_octets(length.value)};
  position_ = at + 1 + length.octets;
  const std::size_t left = end_ - position_;
  if (!length.known) {
    report(Rule::malformed_payload, at + 1, name, left, 0);
  } else {
    if (t.length_octets.forced) report(Rule::not_minimal, at + 1, name, 0, 0);
    if (length.value > left) report(Rule::outside, at + 1, name, position_ + length.value, end_);
  }
  const std::size_t content =
      length.known ? static_cast<std::size_t>(std::min<std::uint64_t>(length.value, left)) : left;
  return std::exchange(end_, position_ + content);
}

void DerReader::close(std::string_view name, Tlv& t, std::size_t start, std::size_t outer) {
  if (position_ < end_) report(Rule::wrong_length, start, name, end_ - start, position_ - start);
  rest(name, t.rest);
  t.length.forced = t.length.value != end_ - start;
  end_ = outer;
}

}  // namespace wire
