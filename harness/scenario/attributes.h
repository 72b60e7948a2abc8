// Attributes of one scenario as tables mean them: expressions over the variables there are, literals, words
// out of a few. What is wrong with one is an error with its place; one that is missing is the grammar's to
// report.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/scenario/grammar.h"
#include "harness/scenario/model.h"
#include "harness/wire/names.h"

namespace scenario {

class Attributes {
 public:
  Attributes(const Document& document, std::vector<std::string>& errors)
      : document_(document), errors_(errors) {}

  void error(pugi::xml_node node, std::string_view what) { errors_.push_back(document_.error(node, what)); }
  unsigned line(pugi::xml_node node) const { return document_.line(node); }

  // From here on expressions may use it.
  void declare(const std::string& variable) { variables_.insert(variable); }

  Expression expression(pugi::xml_node node, const char* attribute);
  Text text(pugi::xml_node node, const char* attribute);
  std::optional<Text> optional_text(pugi::xml_node node, const char* attribute);
  Text condition(pugi::xml_node node);  // `if`

  // One of the words, the first when it is left out.
  std::string_view word(pugi::xml_node node, const char* attribute, std::span<const std::string_view> words);
  bool yes_or_no(pugi::xml_node node, const char* attribute, bool when_left_out);

  // The words of a list.
  static std::vector<std::string> words(pugi::xml_node node, const char* attribute);

  std::optional<smb2::Command> command(pugi::xml_node node, const char* attribute);

 private:
  void check_variables(pugi::xml_node node, const Expression& expression);

  const Document& document_;
  std::vector<std::string>& errors_;
  std::set<std::string> variables_ = {"client-guid", "now"};
};

// What tables write for each: the alias where there is one.
std::vector<std::string_view> names_of(wire::Names names);

std::vector<std::string_view> views(const std::vector<std::string>& words);

}  // namespace scenario
