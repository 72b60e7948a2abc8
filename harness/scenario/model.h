// Scenarios as loaded from tables: what to send and what to accept, before any value is known.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "harness/scenario/expression.h"
#include "harness/scenario/record.h"
#include "harness/smb2/command.h"
#include "harness/wire/codec.h"

namespace scenario {

// An attribute that gives a value: an expression where it holds `$` or a call, else a literal that the field
// it is meant for explains.
struct Text {
  std::string raw;
  Expression expression;

  bool given() const { return !raw.empty() || expression; }
};

enum class Part : std::uint8_t { field, header, frame };

struct Set {
  unsigned line = 0;
  Text condition;
  Part part = Part::field;
  wire::Path path;
  std::optional<Text> to;
  std::optional<Text> place;
};

struct ContextSpec {
  unsigned line = 0;
  Text condition;
  Text type;
  std::optional<Text> raw;
  std::optional<Text> length;
  std::optional<Text> place;
  std::optional<Text> repeat;
  std::vector<Set> sets;
};

struct Connect {
  std::string as;
};

struct Request {
  bool smb1 = false;  // SMB_COM_NEGOTIATE
  smb2::Command command{};
  std::string on;
  std::string as;
  bool default_contexts = true;
  std::optional<Text> keep;     // bytes of the message
  std::optional<Text> pad;      // zero bytes behind it
  std::optional<Text> strings;  // SMB1
  std::vector<Set> sets;
  std::vector<ContextSpec> contexts;
};

struct Send {
  std::string on;
  Text hex;
  bool framed = true;
  std::optional<Text> chunks;  // bytes a piece
};

enum class Relation : std::uint8_t { is, is_not, in, has, lacks, at_least, at_most, size, exists };

struct Check {
  unsigned line = 0;
  Text condition;
  bool count = false;  // of the elements at the path, instead of a value
  Part part = Part::field;
  wire::Path path;
  Relation relation{};
  Text operand;
};

struct Save {
  unsigned line = 0;
  Part part = Part::field;
  wire::Path path;
  std::string as;
};

struct Expectation {
  enum class Kind : std::uint8_t { response, closed, silence };
  unsigned line = 0;
  Text condition;
  Kind kind{};
  std::string latitude;
  Text status;  // responses: one or more, separated by `|`
  std::vector<Check> checks;
  std::vector<Save> saves;
  std::chrono::milliseconds silence{};  // how long nothing may come
};

struct Expect {
  std::string on;
  std::vector<Expectation> alternatives;  // the first that fits
};

struct Compare {
  Text a;
  Text b;
  bool same = true;
};

struct Step {
  unsigned line = 0;
  Text condition;
  bool setup = false;
  std::variant<Connect, Request, Send, Expect, Compare> action;
};

struct Row {
  std::string id;
  unsigned line = 0;
  std::vector<std::pair<std::string, Term>> values;
};

struct Factor {
  std::string name;
  std::vector<std::pair<std::string, Term>> values;  // as the case id spells it, and the value
};

struct Oracle {
  struct Rule {
    Expression when;  // empty for `otherwise`
    Text then;
  };
  std::string name;
  std::vector<Rule> rules;
};

struct Scenario {
  std::string message;  // the folder: "negotiate"
  std::string id;       // without the message
  std::string title;
  std::string why;
  std::vector<std::string> requirements;
  Level level = Level::must;
  Source source;
  std::vector<std::string> tags;
  Term dialects;  // a list; empty when any will do
  Expression needs;
  std::vector<Row> rows;
  std::vector<Factor> factors;
  std::vector<Expression> forbidden;
  std::vector<Oracle> oracles;
  std::vector<Step> steps;
};

// One case: a scenario with its values filled in.
struct Case {
  std::string id;  // "negotiate/dialect-selection[offered=2.0.2+3.0]"
  const Scenario* scenario = nullptr;
  Source source;  // of the row, or of the scenario
  std::vector<std::pair<std::string, Term>> values;
};

}  // namespace scenario
