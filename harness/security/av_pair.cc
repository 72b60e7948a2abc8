#include "harness/security/av_pair.h"

#include <algorithm>

namespace security {

std::size_t AvPair::shape() const {
  constexpr std::size_t name = 0, flag_bits = 1, time = 2, bytes = 3;
  switch (id) {
    case AvId::nb_computer_name:
    case AvId::nb_domain_name:
    case AvId::dns_computer_name:
    case AvId::dns_domain_name:
    case AvId::dns_tree_name:
    case AvId::target_name:
      return name;
    case AvId::flags:
      return length.value == 4 ? flag_bits : bytes;
    case AvId::timestamp:
      return length.value == 8 ? time : bytes;
    default:
      return bytes;
  }
}

const AvPair* find_pair(const std::vector<AvPair>& pairs, AvId id) {
  const auto found = std::ranges::find(pairs, id, &AvPair::id);
  return found == pairs.end() ? nullptr : &*found;
}

AvFlags flags_of(const std::vector<AvPair>& pairs) {
  const AvPair* pair = find_pair(pairs, AvId::flags);
  const auto* bits = pair == nullptr ? nullptr : std::get_if<AvFlagBits>(&pair->value);
  return bits == nullptr ? AvFlags::none : bits->value;
}

}  // namespace security
