// A profile: options of `smbspec run` in a file, one a line and without their dashes.
//
//   # What every merge has to pass, in seconds.
//   rows 4
//   exclude session-setup/slow
//   shuffle
#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace cli {

struct ProfileOption {
  std::string name;   // without dashes
  std::string value;  // "" for a flag
  std::string place;  // "profiles/gate.profile:3"
};

// One of profiles/NAME.profile, built in or of `cases`, or the file that a name with a `/` or a `.` means.
// The error names those there are.
std::expected<std::vector<ProfileOption>, std::string> load_profile(
    const std::string& name, const std::optional<std::filesystem::path>& cases);

}  // namespace cli
