// The visitor that reads: bytes into a message, and whatever is odd about them into issues. It never stops
// at the first oddity, never reads outside the message, and widens before it adds. What it leaves in the
// message is such that the Writer puts the same bytes back.
#pragma once

#include <algorithm>
#include <array>
#include <memory_resource>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "harness/wire/derived.h"
#include "harness/wire/field.h"
#include "harness/wire/issue.h"

namespace wire {

// Bytes of a message that belong to no field, and its size: what a message cannot say about its own bytes.
struct Residue {
  std::size_t size = 0;
  std::vector<std::pair<std::size_t, Bytes>> gaps;  // non-zero ones, by offset
};

class Reader {
 public:
  struct Session {
    explicit Session(View bytes) : message(bytes) { covered.reserve(16); }

    View message;
    std::vector<Issue> issues;
    std::array<std::byte, 512> room;  // `covered` seldom needs more
    std::pmr::monotonic_buffer_resource arena{room.data(), room.size()};
    std::pmr::vector<std::pair<std::size_t, std::size_t>> covered{&arena};  // begin, end
  };

  // Reads message[begin, end); offsets inside count from `base`.
  Reader(Session& session, std::size_t base, std::size_t begin, std::size_t end)
      : session_(session), base_(base), position_(begin), end_(end), high_(begin) {}

  template <Number T>
  void value(std::string_view name, T& v) {
    v = static_cast<T>(number(name, sizeof(T)));
  }

  template <std::unsigned_integral T>
  void value(std::string_view name, Derived<T>& v) {
    v.value = static_cast<T>(number(name, sizeof(T)));
    v.forced = v.value != 0;  // until the payload it speaks of settles it
  }

  template <std::size_t N>
  void value(std::string_view name, std::array<std::uint8_t, N>& v) {
    const View bytes = take(name, N);
    if (bytes.size() == N) std::ranges::copy(bytes, v.begin());
  }

  template <std::unsigned_integral T>
  void constant(std::string_view name, Derived<T>& v, T wanted) {
    const std::size_t at = position_;
    value(name, v);
    v.forced = v.value != wanted;
    if (v.forced && !truncated_) report(Rule::wrong_constant, at, name, v.value, wanted);
  }

  template <std::unsigned_integral T>
  void reserved(std::string_view name, T& v) {
    const std::size_t at = position_;
    value(name, v);
    if (v != 0) report(Rule::nonzero_reserved, at, name, v, 0);
  }

  template <std::size_t N>
  void reserved(std::string_view name, std::array<std::uint8_t, N>& v) {
    const std::size_t at = position_;
    value(name, v);
    const auto odd = std::ranges::find_if(v, [](std::uint8_t byte) { return byte != 0; });
    if (odd != v.end()) report(Rule::nonzero_reserved, at, name, *odd, 0);
  }

  // A number with its most significant byte first, `width` bytes long.
  template <std::unsigned_integral T>
  void big_endian(std::string_view name, Derived<T>& v, unsigned width) {
    std::uint64_t number = 0;
    for (const std::uint8_t byte : take(name, width)) number = number << 8 | byte;
    v.value = static_cast<T>(number);
    v.forced = v.value != 0;
  }

  template <Number T, std::unsigned_integral C>
  void array(std::string_view name, std::vector<T>& elements, Derived<C>& count) {
    const std::size_t here = std::min<std::size_t>(count.value, (end_ - position_) / sizeof(T));
    if (here < count.value) report(Rule::wrong_count, position_, name, count.value, here);
    elements.clear();
    elements.reserve(here);
    for (std::size_t i = 0; i < here; ++i) elements.push_back(static_cast<T>(number(name, sizeof(T))));
    settle(count, here);
  }

  template <class Payload, std::unsigned_integral L>
  void bytes(std::string_view name, Payload& payload, Derived<L>& length) {
    const std::size_t here = std::min<std::size_t>(length.value, end_ - position_);
    if (here < length.value) report(Rule::outside, position_, name, position_ + length.value, end_);
    assign(payload, take(name, here));
    settle(length, here);
  }

  // All that is left of the window.
  template <class Payload>
  void rest(std::string_view name, Payload& payload) {
    assign(payload, take(name, end_ - position_));
  }

  // The payload that an offset and a length point at: the one place where their sum is judged. The bytes it
  // takes.
  template <class Payload, std::unsigned_integral O, std::unsigned_integral L>
  std::size_t window(std::string_view name, Payload& payload, Offset<O>& offset, Derived<L>& length,
                     std::size_t alignment = 1) {
    const auto stop = enter(name, offset, length, alignment);
    if (!stop) return 0;
    const std::size_t start = position_;
    assign(payload, take(name, *stop - start));
    settle(length, position_ - start);
    return position_ - start;
  }

  // A payload of several shapes, as choose() takes one, on a boundary of `alignment` from the base.
  template <class... Shapes, std::unsigned_integral O, std::unsigned_integral L>
  std::size_t window(std::string_view name, std::variant<Shapes...>& payload, std::size_t index,
                     Offset<O>& offset, Derived<L>& length, std::size_t alignment = 1) {
    payload = Bytes{};
    const auto stop = enter(name, offset, length, alignment);
    if (!stop) return 0;
    return choose_to(*stop, name, payload, index, length);
  }

  // Elements that follow one another on boundaries of `alignment`, counted from the base.
  template <class Element, std::unsigned_integral O, std::unsigned_integral C>
  void chain(std::string_view name, std::vector<Element>& list, Offset<O>& offset, Derived<C>& count,
             std::size_t alignment) {
    list.clear();
    if (truncated_) return keep(offset, count);
    if (count.value == 0) {
      settle(offset, 0);
      settle(count, 0);
      return;
    }
    const std::size_t start = base_ + std::size_t{offset.value};
    if (start + Element::minimum_size > end_) {
      report(Rule::outside, position_, name, start + Element::minimum_size, end_);
      return keep(offset, count);
    }
    if (start < high_) report(Rule::overlapping, start, name, offset.value, high_ - base_);
    if (offset.value % alignment != 0) report(Rule::misaligned, start, name, offset.value, alignment);
    if (start != align(high_, alignment)) offset.placed = offset.value;
    offset.forced = false;
    elements(name, list, count.value, start, end_, alignment);
    settle(count, list.size());
    position_ = high_;
  }

  // Elements within a window, of which each says in `next` how far behind its start the following one begins.
  // Offsets inside an element count from that start.
  template <class Element, std::unsigned_integral O, std::unsigned_integral L>
  void linked(std::string_view name, std::vector<Element>& list, Offset<O>& offset, Derived<L>& length,
              std::size_t alignment) {
    list.clear();
    if (!truncated_ && length.value == 0) return settle(offset, 0);
    const auto stop = enter(name, offset, length, alignment);
    if (!stop) return;
    const std::size_t first = position_;
    if (first + Element::minimum_size > *stop) {
      report(Rule::outside, first, name, first + Element::minimum_size, *stop);
      return keep(offset, length);
    }
    std::size_t last = first;
    for (std::size_t at = first, natural = first;;) {
      Reader nested(session_, at, at, *stop);
      Element& element = list.emplace_back();
      describe(nested, element);
      if (at != natural) element.placed = static_cast<std::uint32_t>(at - base_);
      last = std::max(last, nested.high_);
      if (!follows(name, element.next, at, nested.high_, *stop - Element::minimum_size, alignment)) break;
      natural = align(nested.high_, alignment);
      at += element.next.value;
    }
    high_ = std::max(high_, last);
    position_ = *stop;
    settle(length, last - first);
  }

  // The same elements as those of a chain, in line and within `length` bytes.
  template <class Element, std::unsigned_integral C, std::unsigned_integral L>
  void sequence(std::string_view name, std::vector<Element>& list, Derived<C>& count, Derived<L>& length,
                std::size_t alignment) {
    const std::size_t start = position_;
    const std::size_t stop = std::min(start + std::size_t{length.value}, end_);
    if (stop - start < length.value) report(Rule::outside, start, name, start + length.value, end_);
    list.clear();
    elements(name, list, count.value, start, stop, alignment);
    settle(count, list.size());
    if (!list.empty()) position_ = high_;
    if (position_ < stop) report(Rule::wrong_length, start, name, length.value, position_ - start);
    settle(length, position_ - start);
  }

  // `length` bytes that form the alternative at `index`; the last alternative, Bytes, takes whatever the
  // others cannot. Offsets inside count from the payload's own start.
  template <class Variant, std::unsigned_integral L>
  void choose(std::string_view name, Variant& payload, std::size_t index, Derived<L>& length) {
    const std::size_t start = position_;
    const std::size_t stop = std::min(start + std::size_t{length.value}, end_);
    if (stop - start < length.value) report(Rule::outside, start, name, start + length.value, end_);
    choose_to(stop, name, payload, index, length);
  }

  // Elements one after another, up to one that is last() or the end of the window.
  template <class Element>
  void list(std::string_view, std::vector<Element>& list) {
    list.clear();
    while ((list.empty() || !list.back().last()) && position_ + Element::minimum_size <= end_) {
      Reader nested(session_, base_, position_, end_);
      describe(nested, list.emplace_back());
      position_ = nested.position_;
      high_ = std::max(high_, nested.high_);
    }
  }

  // The alternative at `index`, in line and in this window.
  template <class Variant>
  void alternative(std::string_view name, Variant& payload, std::size_t index) {
    emplace(payload, index);
    std::visit(
        [&](auto& alternative) {
          if constexpr (std::is_same_v<std::remove_reference_t<decltype(alternative)>, Bytes>) {
            rest(name, alternative);
          } else {
            describe(*this, alternative);
          }
        },
        payload);
  }

  // What is left of the window: for the choice of what it will be read as.
  View ahead() const { return session_.message.subspan(position_, end_ - position_); }

  // `size` tells the bytes from `mark()`, taken earlier, to here.
  std::size_t mark() const { return position_; }
  template <std::unsigned_integral T>
  void extent(std::string_view name, Derived<T>& size, std::size_t mark) {
    if (truncated_) {
      size.forced = true;
      return;
    }
    const std::size_t natural = position_ - mark;
    if (size.value != natural) report(Rule::wrong_length, mark, name, size.value, natural);
    settle(size, natural);
  }

  // Skips `size` bytes whose meaning a later field decides, and comes back to them.
  std::size_t overlay(std::size_t size) {
    const std::size_t place = position_;
    position_ = std::min(position_ + size, end_);
    high_ = std::max(high_, position_);
    return place;
  }
  template <class Fields>
  void within(std::size_t place, Fields fields) {
    const std::size_t after = position_;
    position_ = place;
    fields();
    position_ = after;
  }

  // Whether an optional part of `size` bytes is there: before `limit`, which counts from the base, and before
  // the end.
  template <class T>
  bool present(std::optional<T>& part, std::size_t size, std::size_t limit) {
    const bool there = position_ - base_ + size <= std::min(limit, end_ - base_);
    if (there) {
      part.emplace();
    } else {
      part.reset();
    }
    return there;
  }

  // A number that repeats what another one says.
  template <std::unsigned_integral T>
  void derived(Derived<T>& derived, std::size_t natural) {
    settle(derived, natural);
  }

  bool truncated() const { return truncated_; }

 private:
  // Goes to where an offset points; the end of what the length spans, or nothing where nothing can be read.
  template <std::unsigned_integral O, std::unsigned_integral L>
  std::optional<std::size_t> enter(std::string_view name, Offset<O>& offset, Derived<L>& length,
                                   std::size_t alignment = 1) {
    const std::size_t natural = align(high_, alignment);
    if (truncated_) {
      keep(offset, length);
      return std::nullopt;
    }
    if (length.value == 0) {
      settle(offset, natural - base_);
      settle(length, 0);
      return std::nullopt;
    }
    const std::size_t start = base_ + std::size_t{offset.value};
    const std::size_t stop = start + std::size_t{length.value};
    if (stop > end_) report(Rule::outside, position_, name, stop, end_);
    if (start >= end_) {
      keep(offset, length);
      return std::nullopt;
    }
    if (start < high_) report(Rule::overlapping, start, name, offset.value, high_ - base_);
    if (offset.value % alignment != 0) report(Rule::misaligned, start, name, offset.value, alignment);
    if (start != natural) offset.placed = offset.value;
    offset.forced = false;
    position_ = start;
    return std::min(stop, end_);
  }

  template <class Variant, std::unsigned_integral L>
  std::size_t choose_to(std::size_t stop, std::string_view name, Variant& payload, std::size_t index,
                        Derived<L>& length) {
    const std::size_t start = position_;
    constexpr std::size_t unknown = std::variant_size_v<Variant> - 1;
    std::size_t consumed = stop;
    emplace(payload, index);
    if (index < unknown) {
      Reader nested(session_, start, start, stop);
      std::visit([&](auto& alternative) { describe_alternative(nested, alternative); }, payload);
      consumed = nested.high_;
      if (nested.truncated_) {
        report(Rule::malformed_payload, start, name, stop - start, 0);
        emplace(payload, unknown);
        index = unknown;
      } else if (consumed < stop) {
        report(Rule::wrong_length, start, name, stop - start, consumed - start);
      }
    }
    if (index == unknown) {
      assign(std::get<unknown>(payload), take(name, stop - start));
      consumed = stop;
    }
    settle(length, consumed - start);
    high_ = std::max(high_, consumed);
    position_ = stop;
    return consumed - start;
  }

  template <class T>
  static void describe_alternative(Reader& reader, T& alternative) {
    if constexpr (!std::is_same_v<T, Bytes>) describe(reader, alternative);
  }

  template <class Variant, std::size_t I = 0>
  static void emplace(Variant& payload, std::size_t index) {
    if constexpr (I < std::variant_size_v<Variant>) {
      if (index == I) {
        payload.template emplace<I>();
      } else {
        emplace<Variant, I + 1>(payload, index);
      }
    }
  }

  // Whether another element of a linked list begins `next` bytes behind `at`: not in this one, nor beyond
  // `limit`, so that no byte belongs to two.
  template <std::unsigned_integral T>
  bool follows(std::string_view name, Derived<T>& next, std::size_t at, std::size_t end, std::size_t limit,
               std::size_t alignment) {
    const std::size_t there = at + std::size_t{next.value};
    if (next.value == 0) return false;
    next.forced = there > limit || there < end;
    if (there > limit) report(Rule::outside, at, name, there, limit);
    if (there < end) report(Rule::overlapping, there, name, next.value, end - at);
    if (next.forced) return false;
    if (next.value % alignment != 0) report(Rule::misaligned, there, name, next.value, alignment);
    return true;
  }

  // Up to `count` elements from `start` on, as many as there are.
  template <class Element>
  void elements(std::string_view name, std::vector<Element>& list, std::size_t count, std::size_t start,
                std::size_t stop, std::size_t alignment) {
    std::size_t at = start;
    std::size_t natural = start;
    list.reserve(std::min(count, (stop - start) / Element::minimum_size));
    while (list.size() < count && at + Element::minimum_size <= stop) {
      Reader nested(session_, base_, at, stop);
      Element& element = list.emplace_back();
      describe(nested, element);
      if (at != natural) element.placed = static_cast<std::uint32_t>(at - base_);
      natural = align(nested.high_, alignment);
      at = align(nested.position_, alignment);
      high_ = std::max(high_, nested.high_);
    }
    if (list.size() < count) report(Rule::wrong_count, std::min(at, stop), name, count, list.size());
  }

  static void assign(Bytes& payload, View bytes) { payload.assign(bytes.begin(), bytes.end()); }
  static void assign(Utf16& payload, View bytes) { payload.raw.assign(bytes.begin(), bytes.end()); }

  // A payload that is not there: its numbers stay as they were read.
  template <std::unsigned_integral O, std::unsigned_integral L>
  static void keep(Offset<O>& offset, Derived<L>& length) {
    offset.forced = true;
    length.forced = true;
  }

  template <std::unsigned_integral T>
  static void settle(Derived<T>& derived, std::size_t natural) {
    derived.forced = derived.value != static_cast<T>(natural);
  }

  std::size_t align(std::size_t at, std::size_t alignment) const {
    return base_ + (at - base_ + alignment - 1) / alignment * alignment;
  }

  View take(std::string_view name, std::size_t size);
  std::uint64_t number(std::string_view name, std::size_t width);
  void report(Rule rule, std::size_t at, std::string_view name, std::uint64_t got, std::uint64_t wanted);

  Session& session_;
  std::size_t base_;
  std::size_t position_;
  std::size_t end_;
  std::size_t high_;        // the end of what has been read so far
  bool truncated_ = false;  // a fixed field did not fit
};

// Runs of bytes that no field covered.
Residue residue_of(Reader::Session& session);

}  // namespace wire
