// The visitor that reads the TLV family. An element that is not there as described stays in the `rest` of
// what is around it; reading goes on behind it.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "harness/wire/der.h"
#include "harness/wire/field.h"
#include "harness/wire/issue.h"

namespace wire {

class DerReader {
 public:
  DerReader(View message, std::vector<Issue>& issues)
      : message_(message), issues_(issues), end_(message.size()) {}

  // What is left of the content we are in: for the choice of what it will be read as.
  View ahead() const { return message_.subspan(position_, end_ - position_); }

  // Whether an optional part is there: whether the next tag is one of these, and `also` holds.
  template <class T>
  bool present(std::optional<T>& part, std::initializer_list<std::uint8_t> tags, bool also = true) {
    part.reset();
    const bool there = also && ahead().size() >= 2 && std::ranges::find(tags, ahead()[0]) != tags.end();
    if (there) part.emplace();
    return there;
  }

  // An element of this tag whose content is described by `content()`.
  template <class Content>
  void constructed(std::string_view name, std::size_t /*index*/, Tlv& t, std::uint8_t tag, Content content) {
    if (ahead().size() >= 2 && ahead()[0] != tag) {
      report(Rule::wrong_constant, position_, name, ahead()[0], tag);
      t.absent = true;
      return;
    }
    const auto outer = open(name, t, tag);
    if (!outer) return;
    const std::size_t start = position_;
    content();
    close(name, t, start, *outer);
  }

  // An element of any tag, so that a wrong one is a value too.
  void primitive(std::string_view name, std::size_t /*index*/, Tlv& t, std::uint8_t tag, Bytes& value) {
    const auto outer = open(name, t, tag);
    if (!outer) return;
    const std::size_t start = position_;
    rest(name, value);
    close(name, t, start, *outer);
  }

  // A number of one octet.
  template <Number T>
    requires(sizeof(T) == 1)
  void primitive(std::string_view name, std::size_t /*index*/, Tlv& t, std::uint8_t tag, T& value) {
    const std::size_t before = position_;
    const auto outer = open(name, t, tag);
    if (!outer) return;
    const std::size_t start = position_;
    if (start == end_) {
      report(Rule::malformed_payload, before, name, 0, 0);
      t = {.absent = true};
      position_ = before;
      end_ = *outer;
      return;
    }
    value = static_cast<T>(message_[position_++]);
    close(name, t, start, *outer);
  }

  // Elements of one tag up to the end of what is around them.
  template <class Element>
  void elements(std::string_view name, std::vector<Element>& list, std::uint8_t tag) {
    list.clear();
    while (end_ - position_ >= 2) primitive(name, 0, list.emplace_back().header, tag, list.back().value);
  }

  // All that is left of what is around.
  void rest(std::string_view /*name*/, Bytes& value) {
    value.assign(message_.begin() + static_cast<std::ptrdiff_t>(position_),
                 message_.begin() + static_cast<std::ptrdiff_t>(end_));
    position_ = end_;
  }

  template <class Variant>
  void alternative(std::string_view name, Variant& payload, std::size_t index) {
    emplace(payload, index);
    std::visit(
        [&](auto& shape) {
          if constexpr (std::is_same_v<std::remove_reference_t<decltype(shape)>, Bytes>) {
            rest(name, shape);
          } else {
            describe(*this, shape);
          }
        },
        payload);
  }

 private:
  // Reads tag and length and narrows the view to the content; the end of what is around, to be handed to
  // close().
  std::optional<std::size_t> open(std::string_view name, Tlv& t, std::uint8_t tag);
  void close(std::string_view name, Tlv& t, std::size_t start, std::size_t outer);

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

  void report(Rule rule, std::size_t at, std::string_view name, std::uint64_t got, std::uint64_t wanted) {
    issues_.push_back({rule, static_cast<std::uint32_t>(at), name, got, wanted});
  }

  View message_;
  std::vector<Issue>& issues_;
  std::size_t position_ = 0;
  std::size_t end_;  // of the content we are in
};

}  // namespace wire
