// The little language of tables: `greatest(common($offered, $target.dialects))`, `$length < 4 or "x" in
// $list`. Total and without loops. What is neither `$…` nor a call is a literal: a number, a name, or a list
// of them.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/wire/bytes.h"

namespace scenario {

struct Term;
using List = std::vector<Term>;

struct Term {
  std::variant<std::uint64_t, std::string, wire::Bytes, List> value;

  // "7", "STATUS_SUCCESS", "fe534d42", "2.0.2 3.0".
  std::string text() const;
  // Numbers, and the names of dialects and statuses, which mean the same everywhere.
  std::optional<std::uint64_t> number() const;
  // A list's elements; of anything else itself.
  List elements() const;
  bool truth() const;
};
// Numbers compare as numbers however they are written, and a list of one as its element.
bool operator==(const Term& a, const Term& b);

// A literal as attributes write it: one word is a scalar, none or several are a list. Words stay words until
// somebody asks for a number, so that the digits of bytes survive.
Term literal(std::string_view text);

// The value of a variable, named without its `$`, or why there is none.
using Variables = std::function<std::expected<Term, std::string>(std::string_view name)>;

class Expression {
 public:
  struct Node;

  Expression() = default;
  static std::expected<Expression, std::string> parse(std::string_view text);

  std::expected<Term, std::string> evaluate(const Variables& variables) const;
  // Names used, without `$`.
  std::vector<std::string> variables() const;
  const std::string& source() const { return source_; }
  explicit operator bool() const { return root_ != nullptr; }

 private:
  std::string source_;
  std::shared_ptr<const Node> root_;
};

// Names and argument counts of the functions, for errors and for the manual.
struct Function {
  std::string_view name;
  std::size_t arguments;
  std::string_view meaning;
};
std::span<const Function> functions();

}  // namespace scenario
