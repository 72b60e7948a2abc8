// How rules speak: each expectation counts the message as judged by the rule, and where it does not hold
// becomes a violation. Text is made only then.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "harness/audit/auditor.h"
#include "harness/wire/field.h"

namespace audit {

class Judge {
 public:
  Judge(std::size_t rule, std::size_t event, Findings& findings)
      : rule_(rule), event_(event), findings_(findings) {}

  void applies() {
    if (!judged_) ++findings_.applied[rule_];
    judged_ = true;
  }

  void fail(std::string_view field, std::string expected, std::string got) {
    applies();
    findings_.violations.push_back({rule_, event_, std::string(field), std::move(expected), std::move(got)});
  }

  template <wire::Number T>
  void equal(std::string_view field, T got, T wanted) {
    applies();
    if (got != wanted) fail(field, text(wanted), text(got));
  }

  template <wire::Number T>
  void one_of(std::string_view field, T got, std::span<const T> wanted) {
    applies();
    if (std::ranges::find(wanted, got) != wanted.end()) return;
    std::vector<std::string> texts;
    for (const T value : wanted) {
      if (std::string t = text(value); std::ranges::find(texts, t) == texts.end())
        texts.push_back(std::move(t));
    }
    fail(field, texts.empty() ? "none" : fmt::format("{}", fmt::join(texts, " or ")), text(got));
  }
  template <wire::Number T>
  void one_of(std::string_view field, T got, std::initializer_list<T> wanted) {
    one_of(field, got, std::span<const T>(wanted.begin(), wanted.size()));
  }

  template <wire::Number T>
  void at_least(std::string_view field, T got, T wanted) {
    applies();
    if (got < wanted) fail(field, fmt::format("at least {}", wanted), fmt::format("{}", got));
  }

  template <wire::FlagEnum T>
  void has_bits(std::string_view field, T got, T wanted) {
    applies();
    if (!has(got, wanted)) fail(field, text(wanted) + " set", text(got));
  }

  template <wire::FlagEnum T>
  void lacks_bits(std::string_view field, T got, T unwanted) {
    applies();
    if ((got & unwanted) != T{}) fail(field, text(got & unwanted) + " clear", text(got));
  }

  template <wire::Number T>
  static std::string text(T value) {
    return wire::to_text(wire::field_of("", value));
  }

 private:
  std::size_t rule_;
  std::size_t event_;
  Findings& findings_;
  bool judged_ = false;
};

}  // namespace audit
