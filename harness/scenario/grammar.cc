#include "harness/scenario/grammar.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>

#include "harness/wire/names.h"

namespace scenario {
namespace {

using Words = std::span<const std::string_view>;

// Words with a leading "!" are required.
struct Element {
  std::string_view name;
  std::string_view attributes;
  std::string_view children;
  bool text = false;
  bool any_attribute = false;
};

constexpr std::string_view step_names =
    "connect request compound session leg tree barrier advance send response interim closed silence "
    "either compare";

constexpr Element elements[] = {
    {"scenarios", "!message", "scenario"},
    {"scenario", "!id !requirement !level dialects needs server strength tags",
     "!title why row factor forbid oracle setup !steps"},
    {"title", "", "", true},
    {"why", "", "", true},
    {"row", "!id", "", false, true},
    {"factor", "!name values subsets-of range every-prefix-of", ""},
    {"forbid", "!when", ""},
    {"oracle", "!name", "rule otherwise"},
    {"rule", "!when !then", ""},
    {"otherwise", "!then", ""},
    {"setup", "", step_names},
    {"steps", "", step_names},
    {"connect", "!as dialect ciphers signing if", ""},
    {"request", "!command on as contexts keep pad strings session tree sign seal related if",
     "set header frame transform context bend"},
    {"compound", "on seal if", "request"},
    {"session", "!as on user until of binds mechanism if", "set header"},
    {"leg", "of as on user reauthenticates binds mechanism as-request sign seal keep pad if",
     "set header frame transform ntlm spnego bend"},
    {"ntlm", "!field !to at if", ""},
    {"spnego", "!field !to if", ""},
    {"bend", "!at !offset !xor", ""},
    {"tree", "!as !of !share if", ""},
    {"barrier", "on session if", ""},
    {"advance", "!by if", ""},
    {"set", "!field to place if", ""},
    {"header", "!field !to if", ""},
    {"frame", "!field !to if", ""},
    {"transform", "!field !to if", ""},
    {"context", "!type raw length place repeat if", "set"},
    {"send", "!hex on framed chunks if", ""},
    {"response", "status on to signed sealed latitude if", "check save"},
    {"interim", "on to latitude if", "check save"},
    {"check", "field header count ntlm spnego is is-not in has lacks at-least at-most size exists if", ""},
    {"save", "field header ntlm spnego !as", ""},
    {"closed", "on latitude if", ""},
    {"silence", "on !for latitude if", ""},
    {"either", "on to if", "response interim closed silence"},
    {"compare", "!a !b !is if", ""},
};

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

const Element* find(std::string_view name) {
  const auto found = std::ranges::find(elements, name, &Element::name);
  return found == std::end(elements) ? nullptr : found;
}

// Without the space around it.
std::string_view first_line(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  text.remove_prefix(std::min(text.find_first_not_of(space), text.size()));
  text = text.substr(0, text.find_first_of("\r\n"));
  return text.substr(0, text.find_last_not_of(space) + 1);
}

void check_element(const Document& document, pugi::xml_node node, const Element& element,
                   std::vector<std::string>& errors) {
  const auto attributes = words(element.attributes);
  std::set<std::string_view> given;
  for (const pugi::xml_attribute attribute : node.attributes()) {
    if (!given.insert(attribute.name()).second)
      errors.push_back(document.error(node, fmt::format("attribute \"{}\" stands twice", attribute.name())));
    const bool known =
        std::ranges::find(attributes, std::string_view(attribute.name()), &Word::text) != attributes.end();
    if (!known && !element.any_attribute) {
      errors.push_back(document.error(node, fmt::format("no attribute \"{}\"{}", attribute.name(),
                                                        suggestion(attribute.name(), texts(attributes)))));
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
    const Element* inner = find(child.name());
    if (inner == nullptr ||
        std::ranges::find(children, std::string_view(child.name()), &Word::text) == children.end()) {
      errors.push_back(
          document.error(child, fmt::format("no element <{}> in <{}>{}", child.name(), element.name,
                                            suggestion(child.name(), texts(children)))));
      continue;
    }
    check_element(document, child, *inner, errors);
  }
  for (const Word& word : children) {
    if (word.required && !node.child(std::string(word.text).c_str())) {
      errors.push_back(document.error(node, fmt::format("<{}> is missing", word.text)));
    }
  }
}

}  // namespace

Document::Document(std::string path, std::string_view text, std::vector<std::string>& errors)
    : path_(std::move(path)) {
  line_starts_.push_back(0);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') line_starts_.push_back(static_cast<std::ptrdiff_t>(i) + 1);
  }
  const pugi::xml_parse_result result = document_.load_buffer(text.data(), text.size());
  if (!result)
    errors.push_back(fmt::format("{}:{}: {}", path_, line_at(result.offset), result.description()));
}

unsigned Document::line_at(std::ptrdiff_t offset) const {
  const auto after = std::ranges::upper_bound(line_starts_, offset);
  return static_cast<unsigned>(after - line_starts_.begin());
}

std::string Document::error(pugi::xml_node node, std::string_view what) const {
  std::string tag = node.name();
  if (const pugi::xml_attribute first = node.first_attribute()) {
    tag += fmt::format(" {}=\"{}\"", first.name(), first.value());
  }
  return fmt::format("{}:{}: <{}>: {}", path_, line(node), tag, what);
}

void check_grammar(const Document& document, std::vector<std::string>& errors) {
  const pugi::xml_node root = document.root();
  if (std::string_view(root.name()) != "scenarios") {
    errors.push_back(document.error(root, "the outermost element has to be <scenarios>"));
    return;
  }
  check_element(document, root, *find("scenarios"), errors);
  for (pugi::xml_node more = root.next_sibling(); more; more = more.next_sibling()) {
    if (more.type() == pugi::node_element)
      errors.push_back(document.error(more, "a file holds one <scenarios>"));
  }
}

std::string suggestion(std::string_view word, std::span<const std::string_view> known) {
  std::string text;
  const std::string_view near = wire::nearest(word, known);
  if (!near.empty()) text = fmt::format("; did you mean \"{}\"?", near);
  if (known.size() <= 16 && !known.empty()) text += fmt::format(" ({})", fmt::join(known, ", "));
  return text;
}

}  // namespace scenario
