// What is expected of one target: a text file, a line for every case or wildcard that does not pass there.
//
//   # smbspec baseline v1   suite 0.1   target samba-4.17 (debian 12)
//   negotiate/dialect-selection[only-2.0.2]  fail  "Status is"  https://bugzilla.samba.org/…
//   negotiate/second-negotiate  fail|pass 3/10  "connection lost"  depends on who closes first
//   session-setup/binding  fail  until=2027-01-31  "Status is A"|"Status is B"  A where encryption is
//   required compression/*  unsupported  built without compression
//
// First the id, where `*` stands for any characters; then the outcomes, any of which will do. Then, where
// they are wanted: in how many of how many draws the first outcome came; the last day on which the line
// holds; in quotes how the message of a case that does not pass begins, or several of which any will do. Then
// the reason or a link. Lines that start with # are comments.
#pragma once

#include <expected>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/scenario/record.h"

namespace target {

struct Measure {
  unsigned first = 0;  // draws with the first outcome of the line
  unsigned draws = 0;  // of so many, 1 at least

  bool operator==(const Measure&) const = default;
};

struct Expectation {
  std::string pattern;
  std::vector<scenario::Outcome> outcomes;
  std::optional<Measure> measured;
  std::string until;                  // "2027-01-31"; "" for no end
  std::vector<std::string> messages;  // what the message begins with, any of them; none for any message
  std::string reason;
  std::string old_name;  // what the file calls it, where that is an id of earlier versions; else ""
  scenario::Source source;
};

// Of several that match a case the one without a wildcard counts, else the first. Two baselines are joined by
// appending one to the other.
using Baseline = std::vector<Expectation>;

// By the earlier id of a case or scenario its id now.
using Aliases = std::map<std::string, std::string, std::less<>>;

// A line for each: the old id, a tab, the new one; the first line is a heading. The error names the line.
std::expected<Aliases, std::string> parse_aliases(std::string_view text, std::string_view file);

// `file` is for messages. The error names every line that is wrong, with the remedy, a line each.
std::expected<Baseline, std::string> parse_baseline(std::string_view text, std::string_view file,
                                                    const Aliases& aliases = {});
std::expected<Baseline, std::string> load_baseline(const std::filesystem::path& path,
                                                   const Aliases& aliases = {});

// The line of a file that parses as this.
std::string line_of(const Expectation& entry);

// What a file without entries says, with a line end: "# smbspec baseline v1   suite 0.1   target smb://…".
std::string empty_baseline(std::string_view suite_version, std::string_view target);

bool is_wildcard(const Expectation& entry);
bool is_unsupported_only(const Expectation& entry);
bool expects(const Expectation& entry, scenario::Outcome outcome);

// "fail|pass \"Status is\"".
std::string in_words(const Expectation& entry);

// Whether `*` in a pattern can be filled so that it becomes `id`.
bool matches(std::string_view pattern, std::string_view id);

}  // namespace target
