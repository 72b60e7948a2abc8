#include "harness/cli/settings.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/scenario/grammar.h"

namespace cli {
namespace {

using reference::Settings;
using Applied = std::expected<void, std::string>;

template <class E>
std::expected<E, std::string> value(std::string_view text) {
  const wire::Names known = names(E{});
  if (const auto number = wire::value_of(known, text)) return static_cast<E>(*number);
  std::vector<std::string_view> words;
  for (const wire::Name& name : known) words.push_back(name.alias.empty() ? name.text : name.alias);
  return std::unexpected(fmt::format("\"{}\" is none{}", text, scenario::suggestion(text, words)));
}

// "A,B"; nothing between them for an empty list.
template <class E>
std::expected<std::vector<E>, std::string> list(std::string_view text) {
  std::vector<E> values;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    const auto one = value<E>(text.substr(0, end));
    if (!one) return std::unexpected(one.error());
    values.push_back(*one);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return values;
}

template <auto member>
Applied assign(Settings& settings, std::string_view text) {
  using T = std::remove_reference_t<decltype(settings.*member)>;
  if constexpr (std::is_same_v<T, bool>) {
    if (text != "yes" && text != "no")
      return std::unexpected(fmt::format("\"{}\" is neither yes nor no", text));
    settings.*member = text == "yes";
  } else if constexpr (std::is_enum_v<T> && !wire::FlagEnum<T>) {
    const auto one = value<T>(text);
    if (!one) return std::unexpected(one.error());
    settings.*member = *one;
  } else if constexpr (wire::FlagEnum<T>) {
    const auto bits = list<T>(text);
    if (!bits) return std::unexpected(bits.error());
    settings.*member = T{};
    for (const T bit : *bits) settings.*member = wire::operator|(settings.*member, bit);
  } else {
    auto values = list<typename T::value_type>(text);
    if (!values) return std::unexpected(values.error());
    settings.*member = *std::move(values);
  }
  return {};
}

constexpr Setting table[] = {
    {"minimum-dialect", "the least dialect it agrees to: 2.0.2", assign<&Settings::minimum_dialect>},
    {"maximum-dialect", "the greatest dialect it agrees to: 3.1.1", assign<&Settings::maximum_dialect>},
    {"ciphers", "by preference, AES-128-GCM,AES-128-CCM,…; empty: no encryption", assign<&Settings::ciphers>},
    {"signing-algorithms", "by preference, AES-GMAC,AES-CMAC,HMAC-SHA256; empty: none negotiated",
     assign<&Settings::signing_algorithms>},
    {"compression-algorithms", "LZ77,LZNT1,…; empty: no compression",
     assign<&Settings::compression_algorithms>},
    {"chained-compression", "yes or no", assign<&Settings::chained_compression>},
    {"rdma-transforms", "SMB2_RDMA_TRANSFORM_ENCRYPTION,SMB2_RDMA_TRANSFORM_SIGNING; empty: none",
     assign<&Settings::rdma_transforms>},
    {"transport-capabilities", "yes or no: whether the context is understood",
     assign<&Settings::transport_capabilities>},
    {"require-signing", "yes or no", assign<&Settings::require_signing>},
    {"capabilities", "DFS,LEASING,LARGE_MTU,…", assign<&Settings::capabilities>},
};

}  // namespace

std::span<const Setting> settings() { return table; }

std::expected<Settings, std::string> parse_settings(std::span<const std::string> assignments,
                                                    Settings start) {
  Settings result = std::move(start);
  for (const std::string& assignment : assignments) {
    const std::string_view text = assignment;
    const std::size_t equals = text.find('=');
    const std::string_view name = text.substr(0, equals);
    const auto setting = std::ranges::find(table, name, &Setting::name);
    if (setting == std::end(table) || equals == std::string_view::npos) {
      std::vector<std::string_view> known;
      for (const Setting& one : table) known.push_back(one.name);
      return std::unexpected(
          fmt::format("\"{}\" is no setting NAME=VALUE{}", text, scenario::suggestion(name, known)));
    }
    if (auto applied = setting->apply(result, text.substr(equals + 1)); !applied) {
      return std::unexpected(fmt::format("{}: {}", name, applied.error()));
    }
  }
  if (result.minimum_dialect > result.maximum_dialect)
    return std::unexpected("minimum-dialect is above maximum-dialect");
  return result;
}

}  // namespace cli
