// The visitor that writes: a message into bytes, every derived number right unless it is forced. With an
// observer it also tells each field and its place, so it is the visitor under printing, looking up,
// setting and listing as well.
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

namespace wire {

class Writer {
 public:
  explicit Writer(Observer* observer = nullptr) : observer_(observer) { pending_.reserve(8); }

  Bytes take() {
    bytes_.resize(high_);
    return std::move(bytes_);
  }

  template <Number T>
  void value(std::string_view name, T& v) {
    observe(name, v, sizeof(T));
    number(static_cast<std::uint64_t>(v), sizeof(T));
  }

  template <class D>
    requires requires(D& d) { []<class T>(Derived<T>&) {}(d); }
  void value(std::string_view name, D& v) {
    constexpr std::size_t width = sizeof(v.value);
    observe(name, v, width);
    if (!v.forced) pending_.push_back({&v, position_, width, false});
    number(v.forced ? v.value : 0, width);
  }

  template <std::size_t N>
  void value(std::string_view name, std::array<std::uint8_t, N>& v) {
    observe(name, v, N);
    put(v);
  }

  template <std::unsigned_integral T>
  void constant(std::string_view name, Derived<T>& v, T wanted) {
    observe(name, v, sizeof(T));
    number(v.forced ? v.value : wanted, sizeof(T));
  }

  template <std::unsigned_integral T>
  void reserved(std::string_view name, T& v) {
    value(name, v);
  }
  template <std::size_t N>
  void reserved(std::string_view name, std::array<std::uint8_t, N>& v) {
    value(name, v);
  }

  template <std::unsigned_integral T>
  void big_endian(std::string_view name, Derived<T>& v, unsigned width) {
    observe(name, v, width);
    if (!v.forced) pending_.push_back({&v, position_, width, true});
    number(v.forced ? v.value : 0, width, true);
  }

  template <Number T, std::unsigned_integral C>
  void array(std::string_view name, std::vector<T>& elements, Derived<C>& count) {
    observe(name, elements, elements.size() * sizeof(T));
    for (const T element : elements) number(static_cast<std::uint64_t>(element), sizeof(T));
    settle(&count, elements.size());
  }

  template <class Payload, std::unsigned_integral L>
  void bytes(std::string_view name, Payload& payload, Derived<L>& length) {
    rest(name, payload);
    settle(&length, view(payload).size());
  }

  template <class Payload>
  void rest(std::string_view name, Payload& payload) {
    observe(name, payload, view(payload).size());
    put(view(payload));
  }

  template <class Payload, std::unsigned_integral O, std::unsigned_integral L>
  std::size_t window(std::string_view name, Payload& payload, Offset<O>& offset, Derived<L>& length,
                     std::size_t alignment = 1) {
    position_ = place(offset.placed, align(high_, alignment));
    settle(&offset, position_ - base_);
    settle(&length, view(payload).size());
    rest(name, payload);
    return view(payload).size();
  }

  template <class... Shapes, std::unsigned_integral O, std::unsigned_integral L>
  std::size_t window(std::string_view name, std::variant<Shapes...>& payload, std::size_t index,
                     Offset<O>& offset, Derived<L>& length, std::size_t alignment = 1) {
    position_ = place(offset.placed, align(high_, alignment));
    settle(&offset, position_ - base_);
    const std::size_t start = position_;
    const bool shaped = observer_ != nullptr && payload.index() + 1 < sizeof...(Shapes);
    if (shaped) observer_->enter(name, 0, {});
    choose(name, payload, index, length);
    if (shaped) observer_->leave();
    return position_ - start;
  }

  template <class Element, std::unsigned_integral O, std::unsigned_integral C>
  void chain(std::string_view name, std::vector<Element>& list, Offset<O>& offset, Derived<C>& count,
             std::size_t alignment) {
    settle(&count, list.size());
    if (list.empty()) return settle(&offset, 0);
    const std::size_t start = place(offset.placed, align(high_, alignment));
    settle(&offset, start - base_);
    elements(name, list, start, alignment);
  }

  template <class Element, std::unsigned_integral O, std::unsigned_integral L>
  void linked(std::string_view name, std::vector<Element>& list, Offset<O>& offset, Derived<L>& length,
              std::size_t alignment) {
    if (list.empty()) return settle(&offset, 0);
    const std::size_t first = place(offset.placed, align(high_, alignment));
    settle(&offset, first - base_);
    std::size_t last = first;
    for (std::size_t i = 0, start = first, next = first; i < list.size(); ++i) {
      const std::size_t before = std::exchange(start, place(list[i].placed, next));
      if (i > 0) settle(&list[i - 1].next, start - before);
      const std::size_t end = element(name, list[i], i, start);
      next = align(end, alignment);
      last = std::max(last, end);
    }
    position_ = last;
    settle(&length, last - first);
  }

  template <class Element, std::unsigned_integral C, std::unsigned_integral L>
  void sequence(std::string_view name, std::vector<Element>& list, Derived<C>& count, Derived<L>& length,
                std::size_t alignment) {
    const std::size_t start = position_;
    elements(name, list, start, alignment);
    settle(&count, list.size());
    settle(&length, position_ - start);
  }

  template <class Variant, std::unsigned_integral L>
  void choose(std::string_view name, Variant& payload, std::size_t /*index*/, Derived<L>& length) {
    const std::size_t base = std::exchange(base_, position_);
    const std::size_t high = std::exchange(high_, position_);
    alternative(name, payload, 0);
    position_ = high_;  // a window may have gone back
    settle(&length, position_ - base_);
    base_ = base;
    high_ = std::max(high, high_);
  }

  template <class Variant>
  void alternative(std::string_view name, Variant& payload, std::size_t /*index*/) {
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

  View ahead() const { return {}; }

  std::size_t mark() const { return position_; }
  template <std::unsigned_integral T>
  void extent(std::string_view /*name*/, Derived<T>& size, std::size_t mark) {
    settle(&size, position_ - mark);
  }

  template <class Element>
  void list(std::string_view name, std::vector<Element>& list) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (observer_ != nullptr) observer_->enter(name, i, list[i].kind());
      describe(*this, list[i]);
      if (observer_ != nullptr) observer_->leave();
    }
  }

  template <class T>
  bool present(std::optional<T>& part, std::size_t /*size*/, std::size_t /*limit*/) {
    return part.has_value();
  }
  template <std::unsigned_integral T>
  void derived(Derived<T>& derived, std::size_t natural) {
    settle(&derived, natural);
  }

  std::size_t overlay(std::size_t size) {
    const std::size_t place = position_;
    number(0, size);
    return place;
  }
  template <class Fields>
  void within(std::size_t place, Fields fields) {
    const std::size_t after = std::exchange(position_, place);
    fields();
    position_ = after;
  }

  bool truncated() const { return false; }

 private:
  struct Pending {
    const void* derived;
    std::size_t place;
    std::size_t width;
    bool big_endian;
  };

  static View view(const Bytes& payload) { return payload; }
  static View view(const Utf16& payload) { return payload.raw; }

  template <class Element>
  void elements(std::string_view name, std::vector<Element>& list, std::size_t next, std::size_t alignment) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      position_ = place(list[i].placed, next);
      if (observer_ != nullptr) observer_->enter(name, i, list[i].kind());
      describe(*this, list[i]);
      if (observer_ != nullptr) observer_->leave();
      next = align(position_, alignment);
    }
  }

  // One element that is a base of its own; where it ends.
  template <class Element>
  std::size_t element(std::string_view name, Element& element, std::size_t index, std::size_t start) {
    const std::size_t base = std::exchange(base_, start);
    const std::size_t high = std::exchange(high_, start);
    position_ = start;
    if (observer_ != nullptr) observer_->enter(name, index, element.kind());
    describe(*this, element);
    if (observer_ != nullptr) observer_->leave();
    base_ = base;
    return std::exchange(high_, std::max(high, high_));
  }

  template <class T>
  void observe(std::string_view name, T& v, std::size_t size) {
    if (observer_ != nullptr) observer_->field(field_of(name, v, position_, size));
  }

  std::size_t align(std::size_t at, std::size_t alignment) const {
    return base_ + (at - base_ + alignment - 1) / alignment * alignment;
  }
  std::size_t place(std::optional<std::uint32_t> placed, std::size_t natural) const;
  void put(View bytes);
  void number(std::uint64_t value, std::size_t width, bool big_endian = false);
  // Writes the number that `derived` stands for, where it has been left open.
  void settle(const void* derived, std::uint64_t natural);

  Observer* observer_;
  Bytes bytes_ = Bytes(256);         // zeros from `high_` on
  std::array<std::byte, 512> room_;  // `pending_` seldom needs more
  std::pmr::monotonic_buffer_resource arena_{room_.data(), room_.size()};
  std::pmr::vector<Pending> pending_{&arena_};
  std::size_t base_ = 0;
  std::size_t position_ = 0;
  std::size_t high_ = 0;  // the end of what has been written so far
};

}  // namespace wire
