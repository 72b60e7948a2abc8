// What a team says of its server once, beside its code: where it listens, who may sign in, how it is started,
// what it may do.
#pragma once

#include <chrono>
#include <expected>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/target/address.h"

namespace target {

struct Account {
  std::string user;
  std::string domain;
  std::string password;
};

// Where the server listens with other settings than at its main address.
struct Port {
  std::vector<std::string> settings;  // sorted words, "require-signing=yes"
  Address address;
};

struct TargetFile {
  std::filesystem::path path;  // as given
  Address address;             // with the first account and the disk share, where there are some
  std::optional<Account> second;
  std::string kerberos_service;  // "cifs/host@REALM"; "" without Kerberos
  std::vector<Port> ports;
  std::vector<std::string> latitudes;  // the lawful alternatives that are accepted; all when empty
  // Shell commands, run in folder(); "" where there is none.
  std::string start;
  std::string stop;
  std::string health;
  std::chrono::nanoseconds time_to_start = std::chrono::seconds(30);
  std::filesystem::path pid;  // a file with a number; "" where there is none
  std::vector<std::filesystem::path> logs;
  std::vector<std::string> crash_signs;  // what a line of a log holds that means a crash

  std::filesystem::path folder() const;  // what relative paths start from
  std::string name() const;              // "smb://alice@127.0.0.1:4450/data (server.xml)"
};

// What the cases to be run know; a word that they do not know is an error.
struct Vocabulary {
  std::span<const std::string> latitudes;
  std::span<const std::vector<std::string>> settings;  // that cases ask for together, sorted
};

// All that is wrong is told at once, a line each, with its place. Looks up environment variables and reads
// password files. Without a vocabulary any latitude and any setting will do.
std::expected<TargetFile, std::string> load_target_file(const std::filesystem::path& path,
                                                        const Vocabulary* vocabulary = nullptr);

}  // namespace target
