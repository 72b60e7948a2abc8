// The little language of tables: `greatest(common($offered, $target.dialects))`, `$length < 4 or "x" in
// $list`. Total and without loops. What is neither `$…` nor a call is a literal: a number, a name, or a list
// of them.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/scenario/term.h"

namespace scenario {

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
