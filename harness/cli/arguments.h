// What command lines say, verb by verb, and the verbs.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/scenario/record.h"
#include "harness/target/target_file.h"
#include "harness/transport/time.h"

namespace cli {

// Exit codes are classes.
enum Exit : int {
  as_expected = 0,
  unexpected = 1,
  usage = 2,
  unreachable = 3,
  incomplete = 4,
  tool_fault = 5
};

struct TargetArguments {
  std::string target;  // smb://… or a target file; empty: the embedded server
  std::filesystem::path password_file;
  std::chrono::nanoseconds wait{};  // how long to wait for the target to listen
  std::chrono::nanoseconds step_timeout = std::chrono::seconds(2);
};

// Which cases: those that every kind of condition given here holds for.
struct CaseArguments {
  std::optional<std::filesystem::path> folder;  // instead of the built-in cases
  std::string profile;
  std::vector<std::string> select;   // ids, their beginnings, patterns
  std::vector<std::string> exclude;  // the same
  std::vector<std::string> sections;
  std::vector<std::string> tags;
  std::vector<scenario::Level> levels;
  std::filesystem::path failed_in;  // a run record
  std::size_t rows = 0;             // at most so many of a scenario; 0: all
  std::size_t strength = 0;         // of combinations at the least; 0: as the tables say
};

// Where reports go; those without a name are not written.
struct ReportFiles {
  std::filesystem::path json;  // the record itself
  std::filesystem::path junit;
  bool strict_junit = false;
  std::filesystem::path html;
  std::filesystem::path markdown;
};

enum class Evidence : std::uint8_t { none, failed, all };

struct RunArguments {
  CaseArguments cases;
  TargetArguments target;
  std::vector<std::string> settings;  // of the embedded server
  bool memory = false;                // the embedded server without sockets
  std::string second_user;            // name:password
  std::string kerberos_service;       // "cifs/host@REALM"
  bool kerberos = false;              // also for cases that name no mechanism
  std::filesystem::path out;
  ReportFiles reports;
  std::filesystem::path pcap;            // the capture; its keys go beside it
  Evidence evidence = Evidence::failed;  // in `out`
  bool no_secrets = false;
  unsigned jobs = 1;
  std::uint64_t seed = 0;
  bool shuffle = false;
  bool strict = false;
  scenario::Shard shard;
  unsigned repeats = 1;
  bool until_fail = false;
  std::size_t fail_fast = 0;          // unexpected results; 0: goes on whatever comes
  std::chrono::nanoseconds budget{};  // 0: as long as it takes
  std::filesystem::path baseline;
  std::vector<std::string> known;
  bool no_new_unsupported = false;  // what is unsupported has to be listed as that
};

struct SelftestArguments {
  CaseArguments cases;
  bool fields = true;  // part one: every field of every reply is changed
  bool quirks = true;  // part two: every quirk is switched on
};

struct ServeArguments {
  std::string listen = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one
  std::vector<std::string> users;
  std::vector<std::string> shares;
  std::vector<std::string> settings;
  std::uint64_t seed = 0;
};

struct ReportArguments {
  std::vector<std::filesystem::path> records;  // the shards of one run
  ReportFiles reports;
  bool exits_as_the_run = false;
};

struct BaselineArguments {
  std::filesystem::path file;
  std::vector<std::filesystem::path> records;
  std::vector<std::string> known;
  std::optional<std::filesystem::path> folder;  // of cases, for their aliases and what is known
  bool strict = false;
  bool no_new_unsupported = false;  // check
  bool unsupported = false;         // update: lines for what is unsupported
  bool dry_run = false;             // update
  unsigned drop_after = 10;         // update: draws that have to pass before a line goes
};

struct ReplayArguments {
  std::filesystem::path record;  // of one case
  RunArguments run;              // what the record does not say: where the target is now, and its accounts
};

int run(const RunArguments& arguments);
int list(const CaseArguments& arguments);
int show(const CaseArguments& arguments);
int coverage(const CaseArguments& arguments);
int selftest(const SelftestArguments& arguments);
int serve(const ServeArguments& arguments);
int probe(const TargetArguments& arguments);
int report(const ReportArguments& arguments);
int baseline_update(const BaselineArguments& arguments);
int baseline_check(const BaselineArguments& arguments);
int baseline_explain(const BaselineArguments& arguments);
int quirks();
int replay(const ReplayArguments& arguments);

// "smbspec: …" on standard error.
int complain(Exit code, std::string_view what);

// The target file, or one that holds the address alone, with the password of the first account from
// --password-file or $SMBSPEC_PASSWORD where there is none. What `vocabulary` does not know is an error.
std::expected<target::TargetFile, std::string> resolve(const TargetArguments& arguments,
                                                       const target::Vocabulary* vocabulary = nullptr);

// The error says which file and why.
std::expected<void, std::string> write_file(const std::filesystem::path& path, std::string_view text);

// The same, but the file is there whole or as it was, whatever happens meanwhile.
std::expected<void, std::string> replace_file(const std::filesystem::path& path, std::string_view text);

// The record of one run, or of all its shards together.
std::expected<scenario::RunRecord, std::string> read_shards(std::span<const std::filesystem::path> paths);

using transport::parse_duration;

}  // namespace cli
