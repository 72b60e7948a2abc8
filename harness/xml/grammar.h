// The grammar of a kind of file as one table: which elements there are, with which attributes and children.
// Files are rejected by it, and the errors suggest from it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/xml/document.h"

namespace xml {

// Lists are words between blanks; those with a leading "!" are required.
struct Element {
  std::string_view name;
  std::string_view attributes;
  std::string_view children;
  bool text = false;
  bool any_attribute = false;
};

// Reports every element, attribute and child that the grammar does not have, and every required one missing.
// Its first element is the outermost one.
void check(const Document& document, std::span<const Element> grammar, std::vector<std::string>& errors);

}  // namespace xml
