#include "harness/wire/der_writer.h"

#include <algorithm>

namespace wire {
namespace {

constexpr std::uint8_t most_length_octets = 9;

Bytes length_bytes(std::uint64_t length, std::uint8_t octets) {
  Bytes bytes;
  if (octets == 0) return bytes;
  if (octets > 1) bytes.push_back(static_cast<std::uint8_t>(0x80 + octets - 1));
  for (unsigned i = std::max(octets - 1u, 1u); i-- > 0;)
    bytes.push_back(static_cast<std::uint8_t>(length >> 8 * i));
  return bytes;
}

}  // namespace

std::uint8_t DerWriter::length_octets(const Tlv& t, std::size_t content_size) {
  if (t.length_octets.forced) return std::min(t.length_octets.value, most_length_octets);
  return shortest_length_octets(t.length.forced ? t.length.value : content_size);
}

void DerWriter::header(std::string_view name, std::size_t index, std::string_view kind, Tlv& t,
                       std::uint8_t tag, std::size_t content_size) {
  const std::uint8_t identifier = t.tag.forced ? t.tag.value : tag;
  const Bytes length =
      length_bytes(t.length.forced ? t.length.value : content_size, length_octets(t, content_size));
  if (observer_ != nullptr) observer_->enter(name, index, kind);
  put("Tag", t.tag, View(&identifier, 1));
  if (observer_ != nullptr) {
    observer_->field(
        field_of("LengthOctets", t.length_octets, position_, std::min<std::size_t>(1, length.size())));
  }
  put("Length", t.length, length);
  if (observer_ != nullptr) observer_->leave();
}

// A sequence shows its rest even when it is empty: the place where a table puts fields nobody knows.
void DerWriter::rest(std::string_view name, std::size_t index, std::string_view kind, Tlv& t,
                     std::uint8_t tag) {
  if (t.rest.empty() && tag != tag::sequence) return;
  if (observer_ != nullptr) observer_->enter(name, index, kind);
  put("Rest", t.rest, t.rest);
  if (observer_ != nullptr) observer_->leave();
}

}  // namespace wire
