// The grammar of tables as one table: which elements there are, with which attributes and children. The
// loader rejects by it, its errors suggest from it, and the schema for editors is printed from it.
#pragma once

#include <pugixml.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace scenario {

// A parsed file that knows on which line a node stands.
class Document {
 public:
  // On ill-formed XML the errors say where.
  Document(std::string path, std::string_view text, std::vector<std::string>& errors);

  pugi::xml_node root() const { return document_.document_element(); }
  unsigned line(pugi::xml_node node) const { return line_at(node.offset_debug()); }
  const std::string& path() const { return path_; }

  // "cases/negotiate/dialects.xml:41: <set field="Lenght">: what".
  std::string error(pugi::xml_node node, std::string_view what) const;

 private:
  unsigned line_at(std::ptrdiff_t offset) const;

  std::string path_;
  std::vector<std::ptrdiff_t> line_starts_;
  pugi::xml_document document_;
};

// Reports every element, attribute and child that the grammar does not have, and every required one missing.
void check_grammar(const Document& document, std::vector<std::string>& errors);

// "; did you mean "x"? (a, b, c)", for an unknown word and the words there are.
std::string suggestion(std::string_view word, std::span<const std::string_view> known);

}  // namespace scenario
