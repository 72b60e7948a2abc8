#include "harness/wire/der.h"

#include "harness/wire/names.h"

namespace wire {

std::string_view tag_name(std::uint8_t tag) {
  static constexpr Name tag_names[] = {{tag::bit_string, "BIT_STRING"},
                                       {tag::octet_string, "OCTET_STRING"},
                                       {tag::object_identifier, "OBJECT_IDENTIFIER"},
                                       {tag::enumerated, "ENUMERATED"},
                                       {tag::general_string, "GeneralString"},
                                       {tag::sequence, "SEQUENCE"},
                                       {tag::application(0), "[APPLICATION 0]"},
                                       {tag::context(0), "[0]"},
                                       {tag::context(1), "[1]"},
                                       {tag::context(2), "[2]"},
                                       {tag::context(3), "[3]"},
                                       {tag::context(4), "[4]"}};
  return name_of(tag_names, tag);
}

std::uint8_t shortest_length_octets(std::uint64_t length) {
  if (length < 0x80) return 1;
  std::uint8_t octets = 1;
  for (; length != 0; length >>= 8) ++octets;
  return octets;
}

}  // namespace wire
