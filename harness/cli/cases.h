// The cases of this binary, or of a folder.
#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/scenario/loader.h"

namespace cli {

// Tables, requirements, known departures and profiles as built in.
std::vector<scenario::File> embedded_files();

// One of them, "" when there is none.
std::string_view embedded_text(std::string_view path);

// A folder's, with the texts that the files point into.
struct Folder {
  std::vector<std::string> texts;
  std::vector<scenario::File> files;
};
std::expected<Folder, std::string> read_folder(const std::filesystem::path& folder);

// The built-in ones, or those of `folder`, with at least this strength. The error holds a line for every
// mistake.
std::expected<scenario::Library, std::string> load_cases(const std::optional<std::filesystem::path>& folder,
                                                         std::size_t strength = 0);

// Texts beside the tables that go by a name: FOLDER NAME SUFFIX.
struct NamedTexts {
  std::string_view folder;
  std::string_view suffix;
  std::string_view what;  // one of them, for errors
};

// What a server is known to do differently.
inline constexpr NamedTexts known_departures{"known/", ".baseline", "baseline that ships with smbspec"};

// One of them, built in or of `folder`. The error names those there are.
std::expected<std::string, std::string> text_of(const NamedTexts& texts, std::string_view name,
                                                const std::optional<std::filesystem::path>& folder);

}  // namespace cli
