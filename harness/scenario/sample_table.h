// For tests: tables given as text, and what they load into.
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <string_view>

#include "harness/scenario/loader.h"

namespace scenario {

inline constexpr std::string_view sample_requirements =
    "id\tsection\tcommand\tdialects\tcondition\trequired_result\tstrength\ttestable\tnote\n"
    "NEG-037\t3.3.5.4\tNEGOTIATE\tall\tA common dialect\tThe greatest is selected\tMUST\tblackbox\t\n"
    "NEG-038\t3.3.5.4\tNEGOTIATE\tall\tNone\tSTATUS_NOT_SUPPORTED\tMUST\tblackbox\t\n";

inline std::expected<Library, Errors> load_text(std::string_view xml,
                                                std::string_view path = "negotiate/sample.xml",
                                                std::size_t strength = 0) {
  const File files[] = {{"requirements/requirements.tsv", sample_requirements}, {std::string(path), xml}};
  return load(files, strength);
}

// One scenario in a file; its own children begin on line 4, a line each when `body` has them so.
inline std::string sample_table(std::string_view body, std::string_view attributes = "level=\"MUST\"") {
  return fmt::format(
      "<scenarios message=\"negotiate\">\n"
      "<scenario id=\"sample\" requirement=\"NEG-037\" {}>\n"
      "<title>A sample</title>\n"
      "{}\n"
      "</scenario>\n"
      "</scenarios>\n",
      attributes, body);
}

inline Library library_of(std::string_view body, std::string_view attributes = "level=\"MUST\"") {
  auto library = load_text(sample_table(body, attributes));
  if (!library) throw std::runtime_error(fmt::format("{}", fmt::join(library.error(), "\n")));
  return *std::move(library);
}

// The steps begin on line 5.
inline Library library_of_steps(std::string_view steps, std::string_view attributes = "level=\"MUST\"") {
  return library_of(fmt::format("<steps>\n{}\n</steps>", steps), attributes);
}

}  // namespace scenario
