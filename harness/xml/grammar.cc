#include "harness/xml/grammar.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/wire/names.h"

namespace xml {
namespace {

using Grammar = std::span<const Element>;

struct Word {
  std::string_view text;
  bool required;
};

std::vector<Word> words(std::string_view list) {
  std::vector<Word> result;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(' '), list.size());
    const bool required = list.front() == '!';
    result.push_back({list.substr(required ? 1 : 0, end - (required ? 1 : 0)), required});
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return result;
}

std::vector<std::string_view> texts(const std::vector<Word>& list) {
  std::vector<std::string_view> result;
  for (const Word& word : list) result.push_back(word.text);
  return result;
}

const Element* find(Grammar grammar, std::string_view name) {
  const auto found = std::ranges::find(grammar, name, &Element::name);
  return found == grammar.end() ? nullptr : &*found;
}

// Without the space around it.
std::string_view first_line(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  text.remove_prefix(std::min(text.find_first_not_of(space), text.size()));
  text = text.substr(0, text.find_first_of("\r\n"));
  return text.substr(0, text.find_last_not_of(space) + 1);
}

void check_element(const Document& document, pugi::xml_node node, const Element& element, Grammar grammar,
                   std::vector<std::string>& errors) {
  const auto attributes = words(element.attributes);
  std::set<std::string_view> given;
  for (const pugi::xml_attribute attribute : node.attributes()) {
    if (!given.insert(attribute.name()).second)
      errors.push_back(document.error(node, fmt::format("attribute \"{}\" stands twice", attribute.name())));
    const bool known =
        std::ranges::find(attributes, std::string_view(attribute.name()), &Word::text) != attributes.end();
    if (!known && !element.any_attribute) {
      errors.push_back(
          document.error(node, fmt::format("no attribute \"{}\"{}", attribute.name(),
                                           wire::suggestion(attribute.name(), texts(attributes)))));
    }
  }
  for (const Word& word : attributes) {
    if (word.required && !node.attribute(std::string(word.text).c_str())) {
      errors.push_back(document.error(node, fmt::format("attribute \"{}\" is missing", word.text)));
    }
  }
  const auto children = words(element.children);
  for (const pugi::xml_node child : node.children()) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
      if (!element.text)
        errors.push_back(
            document.error(node, fmt::format("text is not allowed here: \"{}\"", first_line(child.value()))));
      continue;
    }
    if (child.type() != pugi::node_element) continue;
    const Element* inner = find(grammar, child.name());
    if (inner == nullptr ||
        std::ranges::find(children, std::string_view(child.name()), &Word::text) == children.end()) {
      errors.push_back(
          document.error(child, fmt::format("no element <{}> in <{}>{}", child.name(), element.name,
                                            wire::suggestion(child.name(), texts(children)))));
      continue;
    }
    check_element(document, child, *inner, grammar, errors);
  }
  for (const Word& word : children) {
    if (word.required && !node.child(std::string(word.text).c_str())) {
      errors.push_back(document.error(node, fmt::format("<{}> is missing", word.text)));
    }
  }
}

}  // namespace

void check(const Document& document, Grammar grammar, std::vector<std::string>& errors) {
  const pugi::xml_node root = document.root();
  const std::string_view outermost = grammar.front().name;
  if (root.name() != outermost) {
    errors.push_back(document.error(root, fmt::format("the outermost element has to be <{}>", outermost)));
    return;
  }
  check_element(document, root, grammar.front(), grammar, errors);
  for (pugi::xml_node more = root.next_sibling(); more; more = more.next_sibling()) {
    if (more.type() == pugi::node_element)
      errors.push_back(document.error(more, fmt::format("a file holds one <{}>", outermost)));
  }
}

}  // namespace xml
