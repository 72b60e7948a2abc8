// The visitor that writes the TLV family. A length stands before what it counts, so a message is described
// twice: to measure, and to write, or to show each field and its place to an observer.
#pragma once

#include <initializer_list>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "harness/wire/der.h"
#include "harness/wire/field.h"

namespace wire {

class DerWriter {
 public:
  template <class M>
  static Bytes write(M& message, Observer* observer = nullptr) {
    DerWriter writer;
    describe(writer, message);
    writer.measured(observer);
    describe(writer, message);
    return std::move(writer.bytes_);
  }

  View ahead() const { return {}; }

  template <class T>
  bool present(std::optional<T>& part, std::initializer_list<std::uint8_t> /*tags*/, bool /*also*/ = true) {
    return part.has_value();
  }

  template <class Content>
  void constructed(std::string_view name, std::size_t index, Tlv& t, std::uint8_t tag, Content content) {
    element(name, index, tag_name(tag), t, tag, content);
  }

  template <class T>
  void primitive(std::string_view name, std::size_t index, Tlv& t, std::uint8_t tag, T& value) {
    element(name, index, tag_name(tag), t, tag, [&] { content(name, value); });
  }

  template <class Element>
  void elements(std::string_view name, std::vector<Element>& list, std::uint8_t tag) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      Element& e = list[i];
      element(name, i, e.kind(), e.header, tag, [&] { content(name, e.value); });
    }
  }

  void rest(std::string_view name, Bytes& value) { content(name, value); }

  template <class Variant>
  void alternative(std::string_view name, Variant& payload, std::size_t /*index*/) {
    std::visit(
        [&](auto& shape) {
          if constexpr (std::is_same_v<std::remove_reference_t<decltype(shape)>, Bytes>) {
            content(name, shape);
          } else {
            describe(*this, shape);
          }
        },
        payload);
  }

 private:
  DerWriter() = default;

  // From now on the sizes of all contents are known.
  void measured(Observer* observer) {
    observer_ = observer;
    measuring_ = false;
    opened_ = 0;
    bytes_.reserve(std::exchange(position_, 0));
  }

  template <class Content>
  void element(std::string_view name, std::size_t index, std::string_view kind, Tlv& t, std::uint8_t tag,
               Content content) {
    if (t.absent) return;
    const std::size_t number = opened_++;
    if (measuring_) {
      content_sizes_.push_back(0);
      const std::size_t start = position_;
      content();
      position_ += t.rest.size();
      content_sizes_[number] = position_ - start;
      position_ += 1 + length_octets(t, content_sizes_[number]);
      return;
    }
    header(name, index, kind, t, tag, content_sizes_[number]);
    content();
    rest(name, index, kind, t, tag);
  }

  static std::uint8_t length_octets(const Tlv& t, std::size_t content_size);

  void header(std::string_view name, std::size_t index, std::string_view kind, Tlv& t, std::uint8_t tag,
              std::size_t content_size);
  void rest(std::string_view name, std::size_t index, std::string_view kind, Tlv& t, std::uint8_t tag);

  void content(std::string_view name, Bytes& value) { put(name, value, value); }
  template <Number T>
    requires(sizeof(T) == 1)
  void content(std::string_view name, T& value) {
    const auto octet = static_cast<std::uint8_t>(value);
    put(name, value, View(&octet, 1));
  }

  template <class T>
  void put(std::string_view name, T& object, View octets) {
    if (!measuring_) bytes_.insert(bytes_.end(), octets.begin(), octets.end());
    // Afterwards: it may set the object, and the octets be gone.
    if (observer_ != nullptr) observer_->field(field_of(name, object, position_, octets.size()));
    position_ += octets.size();
  }

  Observer* observer_ = nullptr;
  bool measuring_ = true;
  std::vector<std::size_t> content_sizes_;  // in the order of their elements
  std::size_t opened_ = 0;                  // elements so far
  std::size_t position_ = 0;
  Bytes bytes_;
};

}  // namespace wire
