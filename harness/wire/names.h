// Names of numbers. An enumeration joins by two functions beside it, found by its type:
//   constexpr std::span<const wire::Name> names(Dialect) { return dialect_names; }
//   constexpr bool is_flags(Capabilities) { return true; }      only where values combine
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace wire {

struct Name {
  std::uint64_t value;
  std::string_view text;        // the specification's constant
  std::string_view alias = {};  // what tables may write instead, "PREAUTH" say
};
using Names = std::span<const Name>;

template <class E>
concept Named = std::is_enum_v<E> && requires(E e) {
  { names(e) } -> std::convertible_to<Names>;
};

template <class E>
concept FlagEnum = Named<E> && requires(E e) {
  { is_flags(e) } -> std::same_as<bool>;
};

// The value that `text` names: a full name, an alias, or the end of a full name after an underscore.
std::optional<std::uint64_t> value_of(Names names, std::string_view text);

// Its name, or nothing.
std::string_view name_of(Names names, std::uint64_t value);

// "A|B|0x40" for flags ("0" when empty), "NAME (0x0311)" or "0x0311" for the rest; `width` in bytes.
std::string spell(Names names, bool flags, std::uint64_t value, unsigned width);

// The candidate with the smallest edit distance, if it is near enough to be meant.
std::string_view nearest(std::string_view text, std::span<const std::string_view> candidates);

// "; did you mean "x"? (a, b, c)", for an unknown word and the words there are.
std::string suggestion(std::string_view word, std::span<const std::string_view> known);

// Enumerations in other namespaces say `using wire::operator|;` and so on.
template <FlagEnum E>
constexpr E operator|(E a, E b) {
  using U = std::underlying_type_t<E>;
  return static_cast<E>(static_cast<U>(a) | static_cast<U>(b));
}
template <FlagEnum E>
constexpr E operator&(E a, E b) {
  using U = std::underlying_type_t<E>;
  return static_cast<E>(static_cast<U>(a) & static_cast<U>(b));
}
template <FlagEnum E>
constexpr E operator~(E a) {
  using U = std::underlying_type_t<E>;
  return static_cast<E>(static_cast<U>(~static_cast<U>(a)));
}
template <FlagEnum E>
constexpr bool has(E set, E bits) {
  return (set & bits) == bits;
}

}  // namespace wire
