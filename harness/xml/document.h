// A parsed file that knows on which line a node stands.
#pragma once

#include <cstddef>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace xml {

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

}  // namespace xml
