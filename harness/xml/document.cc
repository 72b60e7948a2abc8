#include "harness/xml/document.h"

#include <fmt/format.h>

#include <algorithm>

namespace xml {

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

}  // namespace xml
