// A file system in memory, as much of [MS-FSA] 2.1.1 as Opens need: files and directories by name, their
// attributes, times and data. It is a value: a copy of the server has its own.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/smb2/file_attributes.h"
#include "harness/smb2/ntstatus.h"
#include "harness/wire/value.h"

namespace reference {

struct File {
  std::uint64_t id = 0;
  std::uint64_t parent = 0;  // of the root: itself
  std::string name;          // UTF-8, as it was created
  smb2::FileAttributes attributes{};
  std::uint64_t creation_time = 0;  // FILETIME, as the next three
  std::uint64_t last_access_time = 0;
  std::uint64_t last_write_time = 0;
  std::uint64_t change_time = 0;
  wire::Bytes data;
  std::map<std::string, std::uint64_t> children;  // of a directory: ids by file_key()
  bool delete_pending = false;

  bool is_directory() const { return smb2::has(attributes, smb2::FileAttributes::directory); }
  // What the data takes in whole clusters; bytes.
  std::uint64_t allocation_size() const { return (data.size() + 4095) / 4096 * 4096; }
};

// The components of a name relative to a share; empty: its root.
using Path = std::vector<std::string>;

// [MS-FSCC] 2.1.5: what is no name fails with what a CREATE answers then. Streams are not kept.
std::expected<Path, smb2::NtStatus> parse_path(const wire::Utf16& name);

// A name in its directory, whether there is a file of that name or not.
struct Place {
  std::uint64_t parent;
  std::string name;
  std::optional<std::uint64_t> file;
};

class Volume {
 public:
  static constexpr std::uint64_t root = 1;
  // Beyond which nothing is created, and no file grows.
  static constexpr std::size_t most_files = 1 << 16;
  static constexpr std::size_t most_data = 64 << 20;  // bytes of all files

  explicit Volume(std::uint64_t now);

  File& at(std::uint64_t id) { return files_.at(id); }
  const File& at(std::uint64_t id) const { return files_.at(id); }

  // Fails where a directory on the way is not there.
  std::expected<Place, smb2::NtStatus> locate(const Path& path) const;

  // Makes a file or, with that attribute, a directory in a place where none is; nothing when it is full.
  std::optional<std::uint64_t> make(const Place& place, smb2::FileAttributes attributes, std::uint64_t now);

  // Cuts a file of this volume, or fills it up with zeros; false when it is full.
  bool resize(File& file, std::uint64_t size);

  // A file, or a directory that is empty and not the root.
  void remove(std::uint64_t id);

 private:
  std::map<std::uint64_t, File> files_;
  std::uint64_t next_ = root + 1;
  std::uint64_t used_ = 0;  // bytes of data
};

}  // namespace reference
