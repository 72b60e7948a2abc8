// What is expected of one target: a text file, a line for every case or wildcard that does not pass there.
//
//   # smbspec baseline v1   suite 0.1   target samba-4.17 (debian 12)
//   negotiate/dialect-selection[only-2.0.2]  fail  "Status is"  https://bugzilla.samba.org/…
//   negotiate/second-negotiate               fail|pass          depends on who closes first
//   session-setup/binding                    fail  "Status is A"|"Status is B"  A where encryption is
//   required compression/*                            unsupported        # built without compression
//
// First the id, where `*` stands for any characters; then the outcomes, any of which will do; then, in
// quotes, how the message of a case that does not pass begins, or several of which any will do; then the
// reason or a link. Lines that start with # are comments. A case that is unsupported never disagrees with
// what is expected of it elsewhere: one baseline serves a server however it is configured.
#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "harness/scenario/record.h"

namespace target {

// A wildcard that expects anything but `unsupported` may cover no more cases than this.
inline constexpr std::size_t widest_wildcard = 20;

struct Expectation {
  std::string pattern;
  std::vector<scenario::Outcome> outcomes;
  std::vector<std::string> messages;  // what the message begins with, any of them; none for any message
  std::string reason;
  scenario::Source source;
};

// Of several that match a case the one without a wildcard counts, else the first. Two baselines are joined by
// appending one to the other.
using Baseline = std::vector<Expectation>;

// `file` is for messages. The error names every line that is wrong, with the remedy, a line each.
std::expected<Baseline, std::string> parse_baseline(std::string_view text, std::string_view file);
std::expected<Baseline, std::string> load_baseline(const std::filesystem::path& path);

// Sets `expected` and `excuse` of every case and replaces `baseline_problems`. An empty baseline leaves what
// holds without one. That an expectation matches no case is a problem only when the whole suite was selected.
void apply(const Baseline& baseline, scenario::RunRecord& record, bool whole_suite_selected);

// Whether the baseline expects this very result, for showing what is unexpected while a run goes on.
bool excuses(const Baseline& baseline, const scenario::CaseResult& result);

// Whether `*` in a pattern can be filled so that it becomes `id`.
bool matches(std::string_view pattern, std::string_view id);

}  // namespace target
