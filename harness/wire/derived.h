// Numbers that follow from the rest of a message: sizes, offsets, counts. They are written right unless a
// caller asks for a lie, so three wrongs stay apart: a wrong value (forced), a payload that lies elsewhere
// (placed, its offset still true), and both.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>

namespace wire {

template <std::unsigned_integral T>
struct Derived {
  T value{};            // as read; written only when forced
  bool forced = false;  // the reader sets it where the wire differs from what the writer would write

  static Derived force(T value) { return {value, true}; }
  bool operator==(const Derived&) const = default;
};

// An offset, counted from the base of its message (the SMB2 header).
template <std::unsigned_integral T>
struct Offset : Derived<T> {
  std::optional<std::uint32_t> placed;  // where the payload stands, when not at its natural place

  bool operator==(const Offset&) const = default;
};

}  // namespace wire
