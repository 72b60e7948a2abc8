#include "harness/scenario/expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/scenario/defaults.h"
#include "harness/wire/names.h"

namespace scenario {
namespace {

using Evaluated = std::expected<Term, std::string>;

Term number(std::uint64_t value) { return {value}; }
Term boolean(bool value) { return {std::uint64_t{value}}; }

bool contains(const List& list, const Term& term) { return std::ranges::find(list, term) != list.end(); }

constexpr std::uint64_t largest_blob = 1 << 24;  // bytes; no message is longer

using Arguments = std::span<const Term>;

Evaluated greatest(Arguments a) {
  std::optional<std::uint64_t> best;
  for (const Term& term : a[0].elements()) {
    const auto n = term.number();
    if (!n) return std::unexpected(fmt::format("\"{}\" is no number", term.text()));
    best = std::max(best.value_or(0), *n);
  }
  if (!best) return Term{std::string("none")};
  return number(*best);
}

Evaluated common(Arguments a) {
  List both;
  const List other = a[1].elements();
  for (const Term& term : a[0].elements()) {
    if (contains(other, term)) both.push_back(term);
  }
  return Term{both};
}

Evaluated without(Arguments a) {
  List rest;
  const List other = a[1].elements();
  for (const Term& term : a[0].elements()) {
    if (!contains(other, term)) rest.push_back(term);
  }
  return Term{rest};
}

// What is bytes already, or would be in an attribute.
std::optional<wire::Bytes> as_bytes(const Term& term) {
  if (const auto* given = std::get_if<wire::Bytes>(&term.value)) return *given;
  const auto* word = std::get_if<std::string>(&term.value);
  return word == nullptr ? std::nullopt : wire::from_hex(*word);
}

Evaluated join(Arguments a) {
  const bool is_bytes =
      std::holds_alternative<wire::Bytes>(a[0].value) || std::holds_alternative<wire::Bytes>(a[1].value);
  if (is_bytes) {
    auto all = as_bytes(a[0]);
    const auto more = as_bytes(a[1]);
    if (!all || !more)
      return std::unexpected(fmt::format("\"{}\" is neither bytes nor hexadecimal", a[all ? 1 : 0].text()));
    if (all->size() + more->size() > largest_blob) return std::unexpected("no message is that long");
    all->insert(all->end(), more->begin(), more->end());
    return Term{*std::move(all)};
  }
  List both = a[0].elements();
  for (const Term& term : a[1].elements()) both.push_back(term);
  return Term{both};
}

Evaluated count(Arguments a) { return number(a[0].elements().size()); }

std::expected<std::uint64_t, std::string> size_argument(const Term& term) {
  const auto n = term.number();
  if (!n || *n > largest_blob)
    return std::unexpected(fmt::format("\"{}\" is no size up to {}", term.text(), largest_blob));
  return *n;
}

Evaluated bytes(Arguments a) {
  const auto byte = a[0].number();
  const auto size = size_argument(a[1]);
  if (!size) return std::unexpected(size.error());
  if (!byte || *byte > 0xff) return std::unexpected(fmt::format("\"{}\" is no byte", a[0].text()));
  return Term{wire::Bytes(*size, static_cast<std::uint8_t>(*byte))};
}

Evaluated sequence(Arguments a) {
  const auto first = a[0].number();
  const auto size = size_argument(a[1]);
  if (!size) return std::unexpected(size.error());
  if (!first) return std::unexpected(fmt::format("\"{}\" is no number", a[0].text()));
  List list;
  for (std::uint64_t i = 0; i < *size; ++i) list.push_back(number(*first + i));
  return Term{list};
}

Evaluated little(Arguments a) {
  const auto value = a[0].number();
  const auto size = size_argument(a[1]);
  if (!size) return std::unexpected(size.error());
  if (!value || *size > 8 || (*size < 8 && *value >> (8 * *size) != 0))
    return std::unexpected(fmt::format("\"{}\" is no number of {} bytes", a[0].text(), *size));
  wire::Bytes bytes;
  for (std::uint64_t i = 0; i < *size; ++i) bytes.push_back(static_cast<std::uint8_t>(*value >> (8 * i)));
  return Term{std::move(bytes)};
}

Evaluated path(Arguments a) { return Term{share_path(a[0].text())}; }

struct Callable {
  Function function;
  Evaluated (*call)(Arguments);
};

constexpr std::array callables = {
    Callable{{"greatest", 1, "the greatest number of a list; `none` of an empty one"}, greatest},
    Callable{{"common", 2, "the elements of the first list that the second has too"}, common},
    Callable{{"without", 2, "the elements of the first list that the second lacks"}, without},
    Callable{{"join", 2, "both lists, or bytes, one after the other"}, join},
    Callable{{"count", 1, "how many elements a list has"}, count},
    Callable{{"bytes", 2, "a byte, repeated"}, bytes},
    Callable{{"little", 2, "a number as so many bytes, the least first"}, little},
    Callable{{"sequence", 2, "numbers from the first on, as many as the second says"}, sequence},
    Callable{{"path", 1, "the path of a share, as <tree> has it"}, path},
};

constexpr auto function_table = [] {
  std::array<Function, callables.size()> table{};
  for (std::size_t i = 0; i < callables.size(); ++i) table[i] = callables[i].function;
  return table;
}();

enum class Operator : std::uint8_t {
  any,
  equal,
  unequal,
  less,
  at_most,
  in,
  has,
  plus,
  minus,
  conjunction,
  disjunction,
  negation
};

}  // namespace

struct Expression::Node {
  std::variant<Term, std::string, const Callable*, Operator> what;  // literal, variable, call, operator
  std::vector<std::shared_ptr<const Node>> operands;
};

namespace {

using Node = Expression::Node;
using NodePtr = std::shared_ptr<const Node>;
using Parsed = std::expected<NodePtr, std::string>;

NodePtr make(std::variant<Term, std::string, const Callable*, Operator> what,
             std::vector<NodePtr> operands = {}) {
  return std::make_shared<const Node>(Node{std::move(what), std::move(operands)});
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  Parsed whole() {
    Parsed result = disjunction();
    if (!result) return result;
    if (!peek().empty()) return std::unexpected(fmt::format("unexpected \"{}\"", peek()));
    return result;
  }

 private:
  // The next token, which stays.
  std::string_view peek() {
    while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
    if (rest_.empty()) return {};
    constexpr std::string_view punctuation = "(),";
    constexpr std::string_view comparison = "=!<>";
    if (punctuation.find(rest_.front()) != std::string_view::npos) return rest_.substr(0, 1);
    if (rest_.front() == '\'') return rest_.substr(0, std::min(rest_.find('\'', 1), rest_.size() - 1) + 1);
    const bool comparing = comparison.find(rest_.front()) != std::string_view::npos;
    std::size_t end = 0;
    while (end < rest_.size() && !is_space(rest_[end]) &&
           punctuation.find(rest_[end]) == std::string_view::npos &&
           (comparison.find(rest_[end]) != std::string_view::npos) == comparing) {
      ++end;
    }
    return rest_.substr(0, end);
  }
  std::string_view take() {
    const std::string_view token = peek();
    rest_.remove_prefix(token.size());
    return token;
  }
  bool accept(std::string_view token) {
    if (peek() != token) return false;
    take();
    return true;
  }

  Parsed disjunction() { return chain("or", Operator::disjunction, &Parser::conjunction); }
  Parsed conjunction() { return chain("and", Operator::conjunction, &Parser::negation); }

  Parsed chain(std::string_view word, Operator op, Parsed (Parser::*operand)()) {
    Parsed left = (this->*operand)();
    while (left && accept(word)) {
      Parsed right = (this->*operand)();
      if (!right) return right;
      left = make(op, {*left, *right});
    }
    return left;
  }

  Parsed negation() {
    if (!accept("not")) return comparison();
    Parsed operand = negation();
    return operand ? make(Operator::negation, {*operand}) : operand;
  }

  Parsed comparison() {
    Parsed left = sum();
    if (!left) return left;
    const auto binary = [&](Operator op, bool negated = false) -> Parsed {
      take();
      Parsed right = sum();
      if (!right) return right;
      NodePtr node = make(op, {*left, *right});
      return negated ? make(Operator::negation, {node}) : node;
    };
    const std::string_view token = peek();
    if (token == "==") return binary(Operator::equal);
    if (token == "!=") return binary(Operator::unequal);
    if (token == "<") return binary(Operator::less);
    if (token == "<=") return binary(Operator::at_most);
    if (token == ">") return binary(Operator::at_most, true);
    if (token == ">=") return binary(Operator::less, true);
    if (token == "in") return binary(Operator::in);
    if (token == "has") return binary(Operator::has);
    return left;
  }

  Parsed sum() {
    Parsed left = primary();
    while (left && (peek() == "+" || peek() == "-")) {
      const Operator op = take() == "+" ? Operator::plus : Operator::minus;
      Parsed right = primary();
      if (!right) return right;
      left = make(op, {*left, *right});
    }
    return left;
  }

  Parsed primary() {
    const std::string_view token = take();
    if (token.empty()) return std::unexpected("the expression ends too early");
    if (token == "(") {
      Parsed inner = disjunction();
      if (!inner) return inner;
      std::vector<NodePtr> elements{*inner};
      while (accept(",")) {
        Parsed next = disjunction();
        if (!next) return next;
        elements.push_back(*next);
      }
      if (!accept(")")) return std::unexpected("\")\" is missing");
      return elements.size() == 1 ? elements.front() : make(Operator::any, std::move(elements));
    }
    if (token == ")" || token == ",") return std::unexpected(fmt::format("unexpected \"{}\"", token));
    if (token.front() == '$') return make(std::string(token.substr(1)));
    if (token.front() == '\'') return quoted(token);
    if (is_operator(token)) return std::unexpected(fmt::format("\"{}\" has no left side", token));
    if (accept("(")) return call(token);
    return make(Term{std::string(token)});
  }

  static Parsed quoted(std::string_view token) {
    if (token.size() < 2 || token.back() != '\'') return std::unexpected("the closing ' is missing");
    return make(Term{std::string(token.substr(1, token.size() - 2))});
  }

  static bool is_operator(std::string_view token) {
    constexpr std::string_view words[] = {"==", "!=", "<", "<=", ">", ">=", "in", "has", "and", "or", "+"};
    return std::ranges::find(words, token) != std::end(words);
  }

  Parsed call(std::string_view name) {
    const auto found = std::ranges::find(callables, name, [](const Callable& c) { return c.function.name; });
    if (found == callables.end()) {
      std::vector<std::string_view> names;
      for (const Function& function : functions()) names.push_back(function.name);
      const std::string_view near = wire::nearest(name, names);
      return std::unexpected(fmt::format("no function \"{}\"{}", name,
                                         near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near)));
    }
    std::vector<NodePtr> arguments;
    while (arguments.empty() ? !accept(")") : true) {
      Parsed argument = disjunction();
      if (!argument) return argument;
      arguments.push_back(*argument);
      if (accept(")")) break;
      if (!accept(",")) return std::unexpected("\",\" or \")\" is missing");
    }
    if (arguments.size() != found->function.arguments) {
      return std::unexpected(
          fmt::format("{}() takes {} arguments, not {}", name, found->function.arguments, arguments.size()));
    }
    return make(&*found, std::move(arguments));
  }

  std::string_view rest_;
};

Evaluated evaluate(const Node& node, const Variables& variables);

Evaluated arithmetic(Operator op, const Term& a, const Term& b) {
  const auto x = a.number();
  const auto y = b.number();
  if (!x || !y)
    return std::unexpected(fmt::format("\"{}\" and \"{}\" are not both numbers", a.text(), b.text()));
  switch (op) {
    case Operator::plus:
      return number(*x + *y);
    case Operator::minus:
      return number(*x - *y);
    case Operator::less:
      return boolean(*x < *y);
    case Operator::at_most:
      return boolean(*x <= *y);
    default:
      return boolean((*x & *y) == *y);  // has
  }
}

Evaluated apply(Operator op, const std::vector<NodePtr>& operands, const Variables& variables) {
  if (op == Operator::any) {
    List list;
    for (const NodePtr& operand : operands) {
      Evaluated element = evaluate(*operand, variables);
      if (!element) return element;
      list.push_back(std::move(*element));
    }
    return Term{list};
  }
  const Evaluated left = evaluate(*operands[0], variables);
  if (!left) return left;
  if (op == Operator::negation) return boolean(!left->truth());
  if (op == Operator::conjunction && !left->truth()) return boolean(false);
  if (op == Operator::disjunction && left->truth()) return boolean(true);
  const Evaluated right = evaluate(*operands[1], variables);
  if (!right) return right;
  switch (op) {
    case Operator::conjunction:
    case Operator::disjunction:
      return boolean(right->truth());
    case Operator::equal:
      return boolean(*left == *right);
    case Operator::unequal:
      return boolean(!(*left == *right));
    case Operator::in: {
      // Every element of the left has to be there; an empty list is in any.
      const List inside = right->elements();
      return boolean(
          std::ranges::all_of(left->elements(), [&](const Term& t) { return contains(inside, t); }));
    }
    default:
      return arithmetic(op, *left, *right);
  }
}

Evaluated evaluate(const Node& node, const Variables& variables) {
  if (const auto* term = std::get_if<Term>(&node.what)) return *term;
  if (const auto* name = std::get_if<std::string>(&node.what)) return variables(*name);
  if (const auto* op = std::get_if<Operator>(&node.what)) return apply(*op, node.operands, variables);
  List arguments;
  for (const NodePtr& operand : node.operands) {
    Evaluated argument = evaluate(*operand, variables);
    if (!argument) return argument;
    arguments.push_back(std::move(*argument));
  }
  return std::get<const Callable*>(node.what)->call(arguments);
}

void collect(const Node& node, std::vector<std::string>& names) {
  if (const auto* name = std::get_if<std::string>(&node.what)) names.push_back(*name);
  for (const NodePtr& operand : node.operands) collect(*operand, names);
}

}  // namespace

std::expected<Expression, std::string> Expression::parse(std::string_view text) {
  Parsed root = Parser(text).whole();
  if (!root) return std::unexpected(root.error());
  Expression expression;
  expression.source_ = text;
  expression.root_ = *root;
  return expression;
}

std::expected<Term, std::string> Expression::evaluate(const Variables& variables) const {
  return scenario::evaluate(*root_, variables);
}

std::vector<std::string> Expression::variables() const {
  std::vector<std::string> names;
  if (root_) collect(*root_, names);
  return names;
}

std::span<const Function> functions() { return function_table; }

}  // namespace scenario
