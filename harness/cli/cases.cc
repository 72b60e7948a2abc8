#include "harness/cli/cases.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

#include "harness/cli/embedded_server.h"
#include "harness/cli/settings.h"
#include "harness/scenario/grammar.h"

namespace cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view suffixes[] = {".xml", ".tsv", ".baseline", ".profile"};

// A setting that no server here has would make its cases unsupported everywhere, which nobody would see.
scenario::Errors unknown_settings(const scenario::Library& library) {
  const reference::Settings full = full_settings();
  scenario::Errors errors;
  for (const scenario::Case& c : library.cases) {
    if (c.settings.empty()) continue;
    const auto parsed = parse_settings(c.settings, full);
    if (!parsed)
      errors.push_back(fmt::format("{}:{}: server: {}", c.source.file, c.source.line, parsed.error()));
  }
  return errors;
}

}  // namespace

std::string_view embedded_text(std::string_view path) {
  for (const scenario::File& file : embedded_files()) {
    if (file.path == path) return file.text;
  }
  return {};
}

std::expected<Folder, std::string> read_folder(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error))
    return std::unexpected(fmt::format("{} is no folder", folder.string()));
  std::vector<fs::path> paths;
  for (auto at = fs::recursive_directory_iterator(folder, error); at != fs::recursive_directory_iterator();
       at.increment(error)) {
    const fs::path& path = at->path();
    if (std::ranges::find(suffixes, path.extension().string()) != std::end(suffixes)) paths.push_back(path);
  }
  if (error) return std::unexpected(fmt::format("{}: {}", folder.string(), error.message()));
  std::ranges::sort(paths);
  Folder result;
  result.texts.reserve(paths.size());
  for (const fs::path& path : paths) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) return std::unexpected(fmt::format("{} cannot be read", path.string()));
    result.texts.push_back(std::move(text).str());
    result.files.push_back({path.lexically_relative(folder).generic_string(), result.texts.back()});
  }
  return result;
}

std::expected<scenario::Library, std::string> load_cases(const std::optional<fs::path>& folder,
                                                         std::size_t strength) {
  Folder read;
  if (folder) {
    auto result = read_folder(*folder);
    if (!result) return std::unexpected(result.error());
    read = *std::move(result);
  }
  auto library = scenario::load(folder ? read.files : embedded_files(), strength);
  if (library) {
    auto errors = unknown_settings(*library);
    if (errors.empty()) return *std::move(library);
    library = std::unexpected(std::move(errors));
  }
  // Every error begins with a path inside the folder.
  if (folder) {
    for (std::string& error : library.error()) error = (*folder / error).string();
  }
  return std::unexpected(fmt::format("{}", fmt::join(library.error(), "\n")));
}

std::expected<std::string, std::string> text_of(const NamedTexts& texts, std::string_view name,
                                                const std::optional<fs::path>& folder) {
  Folder read;
  if (folder) {
    auto result = read_folder(*folder);
    if (!result) return std::unexpected(result.error());
    read = *std::move(result);
  }
  std::vector<std::string_view> names;
  const std::vector<scenario::File> files = folder ? std::move(read.files) : embedded_files();
  for (const scenario::File& file : files) {
    std::string_view path = file.path;
    if (!path.starts_with(texts.folder) || !path.ends_with(texts.suffix)) continue;
    path.remove_prefix(texts.folder.size());
    path.remove_suffix(texts.suffix.size());
    if (path == name) return std::string(file.text);
    names.push_back(path);
  }
  return std::unexpected(
      fmt::format("there is no {} \"{}\"{}", texts.what, name, scenario::suggestion(name, names)));
}

}  // namespace cli
