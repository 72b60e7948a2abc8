// Wireshark's own reading of SMB2, for tests to compare ours with.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "harness/wire/bytes.h"

namespace smb2 {

// What `tshark ARGUMENTS` prints; nothing where there is no tshark or it fails.
std::optional<std::string> tshark(const std::string& arguments);

// The names of a field's values, by value; empty where tshark has no such table.
std::map<std::uint64_t, std::string> tshark_values(std::string_view field);

// The masks of the flags whose fields' names start with `prefix`, by what follows it.
std::map<std::string, std::uint64_t> tshark_flags(std::string_view prefix);

// The fields named, of each frame of a pcap file that is SMB2: "a,b;c" is a list, a semicolon between fields.
std::vector<std::string> tshark_fields(wire::View pcap, const std::vector<std::string_view>& fields);

}  // namespace smb2
