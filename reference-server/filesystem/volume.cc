#include "reference-server/filesystem/volume.h"

#include <algorithm>

#include "harness/security/upper_case.h"

namespace reference {
namespace {

using smb2::FileAttributes;
using smb2::NtStatus;

constexpr std::size_t longest_component = 255;  // UTF-16 units

std::string file_key(std::string_view name) {
  return security::upper_case(wire::Utf16::from_utf8(name)).to_utf8();
}

// [MS-FSCC] 2.1.5.2; ill-formed text has become U+FFFD, which serves nobody as a name.
bool is_component(std::string_view name) {
  const bool has_bad = std::ranges::any_of(name, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 ||
           std::string_view("\"/:<>|*?").find(c) != std::string_view::npos;
  });
  return !name.empty() && !has_bad && name.find("\xef\xbf\xbd") == std::string_view::npos &&
         wire::Utf16::from_utf8(name).raw.size() <= 2 * longest_component;
}

}  // namespace

std::expected<Path, NtStatus> parse_path(const wire::Utf16& name) {
  Path path;
  if (name.raw.empty()) return path;
  const std::string text = name.to_utf8();
  if (text.starts_with('\\')) return std::unexpected(NtStatus::invalid_parameter);
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\\', begin), text.size());
    const std::string component = text.substr(begin, end - begin);
    if (component == "." || component == "..") return std::unexpected(NtStatus::invalid_parameter);
    if (!is_component(component)) return std::unexpected(NtStatus::object_name_invalid);
    path.push_back(component);
    begin = end + 1;
  }
  return path;
}

Volume::Volume(std::uint64_t now) {
  files_[root] = {.id = root,
                  .parent = root,
                  .attributes = FileAttributes::directory,
                  .creation_time = now,
                  .last_access_time = now,
                  .last_write_time = now,
                  .change_time = now};
}

std::expected<Place, NtStatus> Volume::locate(const Path& path) const {
  Place place{.parent = root, .name = {}, .file = root};
  for (const std::string& component : path) {
    if (!place.file) return std::unexpected(NtStatus::object_path_not_found);
    const File& directory = at(*place.file);
    if (!directory.is_directory()) return std::unexpected(NtStatus::object_path_not_found);
    const auto child = directory.children.find(file_key(component));
    place = {.parent = directory.id, .name = component, .file = {}};
    if (child != directory.children.end()) place.file = child->second;
  }
  return place;
}

std::optional<std::uint64_t> Volume::make(const Place& place, FileAttributes attributes, std::uint64_t now) {
  if (files_.size() >= most_files) return {};
  const std::uint64_t id = next_++;
  files_[id] = {.id = id,
                .parent = place.parent,
                .name = place.name,
                .attributes = attributes,
                .creation_time = now,
                .last_access_time = now,
                .last_write_time = now,
                .change_time = now};
  at(place.parent).children[file_key(place.name)] = id;
  return id;
}

bool Volume::resize(File& file, std::uint64_t size) {
  const std::uint64_t others = used_ - file.data.size();
  if (size > most_data - others) return false;
  file.data.resize(size);
  used_ = others + size;
  return true;
}

void Volume::remove(std::uint64_t id) {
  File& file = at(id);
  resize(file, 0);
  at(file.parent).children.erase(file_key(file.name));
  files_.erase(id);
}

}  // namespace reference
