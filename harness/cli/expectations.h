// What a command line expects of a target.
#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "harness/target/baseline_file.h"

namespace cli {

// The earlier ids of cases: aliases.tsv, built in or of a folder of cases, which need not have one.
std::expected<target::Aliases, std::string> aliases_of(const std::optional<std::filesystem::path>& folder);

// Of --known. The error names what is known.
std::expected<target::Baseline, std::string> known_baseline(
    std::span<const std::string> names, const std::optional<std::filesystem::path>& folder,
    const target::Aliases& aliases);

// Of --baseline, "" for none, before that of --known: a user's own line goes before one that ships.
std::expected<target::Baseline, std::string> expectations(const std::filesystem::path& baseline,
                                                          std::span<const std::string> known,
                                                          const std::optional<std::filesystem::path>& folder);

}  // namespace cli
