#include "harness/security/spnego.h"

#include <initializer_list>

namespace security {
namespace {

// [X690] 8.1.2: identifier octets.
constexpr std::uint8_t object_identifier_tag = 0x06;
constexpr std::uint8_t general_string_tag = 0x1b;
constexpr std::uint8_t sequence_tag = 0x30;
constexpr std::uint8_t gss_token_tag = 0x60;  // [APPLICATION 0]
constexpr std::uint8_t context_tag(std::uint8_t number) { return static_cast<std::uint8_t>(0xa0 | number); }

wire::Bytes joined(std::initializer_list<wire::View> parts) {
  wire::Bytes bytes;
  for (const wire::View part : parts) bytes.insert(bytes.end(), part.begin(), part.end());
  return bytes;
}

// [X690] 8.1.3, 10.1: one octet below 128, else a count and that many octets.
wire::Bytes length_octets(std::size_t length) {
  if (length < 0x80) return {static_cast<std::uint8_t>(length)};
  wire::Bytes octets;
  for (std::size_t rest = length; rest != 0; rest >>= 8) {
    octets.insert(octets.begin(), static_cast<std::uint8_t>(rest));
  }
  octets.insert(octets.begin(), static_cast<std::uint8_t>(0x80 | octets.size()));
  return octets;
}

wire::Bytes element(std::uint8_t tag, wire::View content) {
  return joined({wire::Bytes{tag}, length_octets(content.size()), content});
}

// [X690] 8.19.2: seven bits an octet, the most significant first, all but the last marked.
void append_arc(wire::Bytes& content, std::uint32_t arc) {
  wire::Bytes octets = {static_cast<std::uint8_t>(arc & 0x7f)};
  while ((arc >>= 7) != 0) octets.insert(octets.begin(), static_cast<std::uint8_t>(0x80 | (arc & 0x7f)));
  content.insert(content.end(), octets.begin(), octets.end());
}

// [X690] 8.19.4: the first two arcs share an octet.
wire::Bytes object_identifier(const ObjectIdentifier& arcs) {
  wire::Bytes content;
  append_arc(content, arcs[0] * 40 + arcs[1]);
  for (std::size_t i = 2; i < arcs.size(); ++i) append_arc(content, arcs[i]);
  return element(object_identifier_tag, content);
}

wire::Bytes mech_type_list(std::span<const ObjectIdentifier> mech_types) {
  wire::Bytes list;
  for (const ObjectIdentifier& mech_type : mech_types) list = joined({list, object_identifier(mech_type)});
  return element(sequence_tag, list);
}

wire::Bytes neg_hints() {
  const wire::Bytes name(hint_name.begin(), hint_name.end());
  return element(sequence_tag, element(context_tag(0), element(general_string_tag, name)));
}

}  // namespace

wire::Bytes neg_token_init2(std::span<const ObjectIdentifier> mech_types) {
  const wire::Bytes mech_types_field = element(context_tag(0), mech_type_list(mech_types));
  const wire::Bytes neg_hints_field = element(context_tag(3), neg_hints());
  const wire::Bytes token = element(sequence_tag, joined({mech_types_field, neg_hints_field}));
  return element(gss_token_tag, joined({object_identifier(spnego), element(context_tag(0), token)}));
}

}  // namespace security
