// One field of a message, seen from outside its type: its name, its place, its value. All visitors that do
// not move bytes (printing, looking up, setting, listing) are observers of these.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <limits>
#include <string_view>
#include <type_traits>

#include "harness/wire/derived.h"
#include "harness/wire/names.h"
#include "harness/wire/value.h"

namespace wire {

enum class Kind : std::uint8_t { number, flags, numbers, bytes, text };

inline constexpr std::size_t nowhere = std::numeric_limits<std::size_t>::max();

class Field {
 public:
  struct Type {
    Kind kind;
    std::uint8_t width;  // bytes of one number; of the whole for fixed byte arrays; else 0
    Names (*names)();
    Value (*get)(const void*);
    bool (*set)(void*, const Value&);     // false when the value does not fit the type
    bool (*place)(void*, std::uint32_t);  // false for everything but an Offset
  };

  Field(std::string_view name, const Type& type, void* object, std::size_t offset, std::size_t size)
      : name_(name), type_(&type), object_(object), offset_(offset), size_(size) {}

  std::string_view name() const { return name_; }
  Kind kind() const { return type_->kind; }
  unsigned width() const { return type_->width; }
  Names names() const { return type_->names(); }
  std::size_t offset() const { return offset_; }  // from the start of the message; `nowhere` off the wire
  std::size_t size() const { return size_; }      // bytes on the wire

  Value get() const { return type_->get(object_); }
  bool set(const Value& value) const { return type_->set(object_, value); }
  bool place(std::uint32_t at) const { return type_->place(object_, at); }

 private:
  std::string_view name_;
  const Type* type_;
  void* object_;
  std::size_t offset_;
  std::size_t size_;
};

class Observer {
 public:
  virtual ~Observer() = default;
  // Before and after the fields of a list's element; `kind` is its first named value, "" where none is.
  virtual void enter(std::string_view list, std::size_t index, std::string_view kind) = 0;
  virtual void leave() = 0;
  virtual void field(const Field& field) = 0;
};

// "2.0.2", "A|B|0x40", "[3.0, 3.1.1]", "fe534d42", "\"name\"".
std::string to_text(const Value& value, Kind kind, Names names, unsigned width);
inline std::string to_text(const Field& f) { return to_text(f.get(), f.kind(), f.names(), f.width()); }

template <class T>
concept Number = std::unsigned_integral<T> || std::is_enum_v<T>;

namespace detail {

template <class T>
Names names_of() {
  if constexpr (Named<T>) {
    return names(T{});
  } else {
    return {};
  }
}

template <class T>
consteval Kind number_kind() {
  if constexpr (FlagEnum<T>) {
    return is_flags(T{}) ? Kind::flags : Kind::number;
  } else {
    return Kind::number;
  }
}

template <Number T>
bool fits(std::uint64_t value) {
  return sizeof(T) == 8 || value >> (8 * (sizeof(T) % 8)) == 0;
}

inline bool never_placed(void*, std::uint32_t) { return false; }

template <class T>
struct TypeOf;

template <Number T>
struct TypeOf<T> {
  static Value get(const void* p) { return static_cast<std::uint64_t>(*static_cast<const T*>(p)); }
  static bool set(void* p, const Value& v) {
    const auto* number = std::get_if<std::uint64_t>(&v);
    if (number == nullptr || !fits<T>(*number)) return false;
    *static_cast<T*>(p) = static_cast<T>(*number);
    return true;
  }
  static constexpr Field::Type type{number_kind<T>(), sizeof(T), names_of<T>, get, set, never_placed};
};

template <std::unsigned_integral T>
struct TypeOf<Derived<T>> {
  static Value get(const void* p) { return std::uint64_t{static_cast<const Derived<T>*>(p)->value}; }
  static bool set(void* p, const Value& v) {
    const auto* number = std::get_if<std::uint64_t>(&v);
    if (number == nullptr || !fits<T>(*number)) return false;
    auto& derived = *static_cast<Derived<T>*>(p);
    derived.value = static_cast<T>(*number);
    derived.forced = true;
    return true;
  }
  static constexpr Field::Type type{Kind::number, sizeof(T), names_of<T>, get, set, never_placed};
};

template <std::unsigned_integral T>
struct TypeOf<Offset<T>> {
  static bool place(void* p, std::uint32_t at) {
    static_cast<Offset<T>*>(p)->placed = at;
    return true;
  }
  static Value get(const void* p) { return TypeOf<Derived<T>>::get(static_cast<const Offset<T>*>(p)); }
  static bool set(void* p, const Value& v) { return TypeOf<Derived<T>>::set(static_cast<Offset<T>*>(p), v); }
  static constexpr Field::Type type{Kind::number, sizeof(T), names_of<T>, get, set, place};
};

template <std::size_t N>
struct TypeOf<std::array<std::uint8_t, N>> {
  using Array = std::array<std::uint8_t, N>;
  static Value get(const void* p) {
    const auto& array = *static_cast<const Array*>(p);
    return Bytes(array.begin(), array.end());
  }
  static bool set(void* p, const Value& v) {
    const auto* bytes = std::get_if<Bytes>(&v);
    if (bytes == nullptr || bytes->size() != N) return false;
    std::copy(bytes->begin(), bytes->end(), static_cast<Array*>(p)->begin());
    return true;
  }
  static constexpr Field::Type type{Kind::bytes, N, names_of<std::uint8_t>, get, set, never_placed};
};

template <>
struct TypeOf<Bytes> {
  static Value get(const void* p) { return *static_cast<const Bytes*>(p); }
  static bool set(void* p, const Value& v) {
    const auto* bytes = std::get_if<Bytes>(&v);
    if (bytes == nullptr) return false;
    *static_cast<Bytes*>(p) = *bytes;
    return true;
  }
  static constexpr Field::Type type{Kind::bytes, 0, names_of<std::uint8_t>, get, set, never_placed};
};

template <>
struct TypeOf<Utf16> {
  static Value get(const void* p) { return *static_cast<const Utf16*>(p); }
  static bool set(void* p, const Value& v) {
    if (const auto* text = std::get_if<Utf16>(&v)) {
      *static_cast<Utf16*>(p) = *text;
    } else if (const auto* bytes = std::get_if<Bytes>(&v)) {
      static_cast<Utf16*>(p)->raw = *bytes;
    } else {
      return false;
    }
    return true;
  }
  static constexpr Field::Type type{Kind::text, 0, names_of<std::uint8_t>, get, set, never_placed};
};

// Counted arrays of two bytes and more; a vector of single bytes is Bytes.
template <Number T>
  requires(sizeof(T) > 1)
struct TypeOf<std::vector<T>> {
  static Value get(const void* p) {
    Numbers numbers;
    for (const T element : *static_cast<const std::vector<T>*>(p)) {
      numbers.push_back(static_cast<std::uint64_t>(element));
    }
    return numbers;
  }
  static bool set(void* p, const Value& v) {
    const auto* numbers = std::get_if<Numbers>(&v);
    if (numbers == nullptr) return false;
    std::vector<T> elements;
    for (const std::uint64_t number : *numbers) {
      if (!fits<T>(number)) return false;
      elements.push_back(static_cast<T>(number));
    }
    *static_cast<std::vector<T>*>(p) = std::move(elements);
    return true;
  }
  static constexpr Field::Type type{Kind::numbers, sizeof(T), names_of<T>, get, set, never_placed};
};

}  // namespace detail

template <class T>
Field field_of(std::string_view name, T& object, std::size_t offset = nowhere, std::size_t size = 0) {
  return {name, detail::TypeOf<T>::type, &object, offset, size};
}

}  // namespace wire
