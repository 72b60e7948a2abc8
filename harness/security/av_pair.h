// [MS-NLMP] 2.2.2.1 AV_PAIR: what a server tells of itself, and a client repeats and adds to.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/wire/codec.h"

namespace security {

using wire::operator|;
using wire::operator&;
using wire::operator~;

enum class AvId : std::uint16_t {
  eol = 0,
  nb_computer_name = 1,
  nb_domain_name = 2,
  dns_computer_name = 3,
  dns_domain_name = 4,
  dns_tree_name = 5,
  flags = 6,
  timestamp = 7,
  single_host = 8,
  target_name = 9,
  channel_bindings = 10,
};

inline constexpr wire::Name av_id_names[] = {
    {0, "MsvAvEOL", "EOL"},
    {1, "MsvAvNbComputerName", "NB_COMPUTER_NAME"},
    {2, "MsvAvNbDomainName", "NB_DOMAIN_NAME"},
    {3, "MsvAvDnsComputerName", "DNS_COMPUTER_NAME"},
    {4, "MsvAvDnsDomainName", "DNS_DOMAIN_NAME"},
    {5, "MsvAvDnsTreeName", "DNS_TREE_NAME"},
    {6, "MsvAvFlags", "FLAGS"},
    {7, "MsvAvTimestamp", "TIMESTAMP"},
    {8, "MsvAvSingleHost", "SINGLE_HOST"},
    {9, "MsvAvTargetName", "TARGET_NAME"},
    {10, "MsvAvChannelBindings", "CHANNEL_BINDINGS"},
};
constexpr wire::Names names(AvId) { return av_id_names; }

enum class AvFlags : std::uint32_t { none = 0, constrained = 1, mic_provided = 2, untrusted_spn = 4 };

inline constexpr wire::Name av_flag_names[] = {
    {1, "account authentication is constrained", "CONSTRAINED"},
    {2, "MIC is provided", "MIC_PROVIDED"},
    {4, "SPN from an untrusted source", "UNTRUSTED_SPN"},
};
constexpr wire::Names names(AvFlags) { return av_flag_names; }
constexpr bool is_flags(AvFlags) { return true; }

struct AvName {
  wire::Utf16 value;
};
struct AvFlagBits {
  AvFlags value{};
};
struct AvTime {
  std::uint64_t value = 0;  // FILETIME
};

struct AvPair {
  static constexpr std::size_t minimum_size = 4;

  AvId id{};
  wire::Derived<std::uint16_t> length;
  std::variant<AvName, AvFlagBits, AvTime, wire::Bytes> value = wire::Bytes{};

  bool last() const { return id == AvId::eol; }
  // The pair's name without its prefix serves as the type in a path too: AvPairs[type=MsvAvTimestamp].
  std::string_view kind() const { return wire::name_of(av_id_names, static_cast<std::uint64_t>(id)); }
  // The alternative of `value` for its id and length; Bytes where the two do not fit together.
  std::size_t shape() const;
};

// Pairs as they are sent as one payload, MsvAvEOL among them.
struct TargetInfo {
  std::vector<AvPair> av_pairs;
  wire::Bytes trailing;  // behind MsvAvEOL
};

template <class V>
void describe(V& v, AvPair& m) {
  v.value("AvId", m.id);
  v.value("AvLen", m.length);
  v.choose("Value", m.value, m.shape(), m.length);
}

template <class V>
void describe(V& v, AvName& m) {
  v.rest("Value", m.value);
}
template <class V>
void describe(V& v, AvFlagBits& m) {
  v.value("Value", m.value);
}
template <class V>
void describe(V& v, AvTime& m) {
  v.value("Value", m.value);
}
template <class V>
void describe(V& v, TargetInfo& m) {
  v.list("AvPairs", m.av_pairs);
  v.rest("Trailing", m.trailing);
}

// The first pair of an id, or nullptr.
const AvPair* find_pair(const std::vector<AvPair>& pairs, AvId id);

// MsvAvFlags, none where it is absent or malformed.
AvFlags flags_of(const std::vector<AvPair>& pairs);

}  // namespace security
