#include "harness/smb2/compound.h"

#include <algorithm>

#include "harness/smb2/header.h"
#include "harness/wire/codec.h"

namespace smb2 {
namespace {

constexpr std::string_view field = "NextCommand";

// Where it stands in a header: known from its description.
std::uint32_t place_of_next_command() {
  static const auto place = [] {
    const auto places = wire::places(Header{});
    return static_cast<std::uint32_t>(std::ranges::find(places, field, &wire::Lister::Place::path)->offset);
  }();
  return place;
}

// 0 where there is no whole SMB2 header.
std::uint32_t next_command(wire::View element) {
  if (element.size() < header_size) return 0;
  const Header header = wire::decode<Header>(element.first(header_size)).message;
  return header.protocol_id.forced ? 0 : header.next_command;
}

void set_next_command(wire::Bytes& element, std::uint32_t next) {
  if (element.size() < header_size) return;
  Header header = wire::decode<Header>(wire::View(element).first(header_size)).message;
  if (header.next_command != 0) return;
  header.next_command = next;
  std::ranges::copy(wire::encode(header), element.begin());
}

}  // namespace

std::vector<Element> split(wire::View message) {
  std::vector<Element> elements;
  do {
    Element& element = elements.emplace_back(message);
    message = {};
    const std::uint32_t next = next_command(element.bytes);
    if (next == 0) break;
    const auto report = [&](wire::Rule rule, std::uint64_t wanted) {
      element.issues.push_back({rule, place_of_next_command(), field, next, wanted});
    };
    if (next % compound_alignment != 0) report(wire::Rule::misaligned, compound_alignment);
    if (next < header_size) {
      report(wire::Rule::overlapping, header_size);
    } else if (next >= element.bytes.size()) {
      report(wire::Rule::outside, element.bytes.size());
    } else {
      message = element.bytes.subspan(next);
      element.bytes = element.bytes.first(next);
    }
  } while (!message.empty());
  return elements;
}

std::vector<wire::Bytes> chain(std::vector<wire::Bytes> elements) {
  for (std::size_t i = 0; i + 1 < elements.size(); ++i) {
    wire::Bytes& element = elements[i];
    element.resize((element.size() + compound_alignment - 1) / compound_alignment * compound_alignment);
    set_next_command(element, static_cast<std::uint32_t>(element.size()));
  }
  return elements;
}

wire::Bytes join(std::span<const wire::Bytes> elements) {
  wire::Bytes whole;
  for (const wire::Bytes& element : elements) whole.insert(whole.end(), element.begin(), element.end());
  return whole;
}

}  // namespace smb2
