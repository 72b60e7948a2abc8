// The record of a run: what was to be judged, what came of it, and the bytes behind every failure. All
// reports are drawn from it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/transport/recording.h"

namespace scenario {

enum class Outcome : std::uint8_t {
  no_verdict,
  pass,
  fail,
  observe,
  unsupported,
  blocked,
  crash,
  harness_error
};
enum class Level : std::uint8_t { must, should, may, observe };

std::string_view name(Outcome outcome);  // "no-verdict", "pass" …
std::string_view name(Level level);      // "MUST", "SHOULD", "MAY", "observe"
std::optional<Outcome> outcome_of(std::string_view name);
std::optional<Level> level_of(std::string_view name);

// Where a case stands in its table.
struct Source {
  std::string file;  // relative to the folder of cases: "negotiate/dialects.xml"
  unsigned line = 0;
};

// The first check that did not hold.
struct Failure {
  unsigned step = 0;     // from 1
  unsigned steps = 0;    // how many the case has
  std::string what;      // the step in words: "response on c: DialectRevision"
  Source source;         // of the step
  std::string expected;  // all accepted alternatives
  std::string got;
  std::optional<std::size_t> event;  // index into the recording
  // Path in that event's message; "Header.Reserved" for a name that stands in the body too.
  std::optional<std::string> field;
};

// What came of one repetition of a case.
struct Draw {
  Outcome outcome = Outcome::no_verdict;
  std::string message;  // for Outcome::observe the value

  bool operator==(const Draw&) const = default;
};

struct CaseResult {
  std::string id;
  std::string title;
  std::vector<std::string> requirements;  // ids, "NEG-037"
  std::string section;                    // of the first requirement: "3.3.5.4"
  std::string requirement_text;           // of the first requirement, in our words
  Level level = Level::must;
  Source source;
  Outcome outcome = Outcome::no_verdict;
  std::string message;                 // one line: why not pass; for unsupported and blocked the reason
  std::string observed;                // for Outcome::observe, its value
  std::vector<std::string> latitudes;  // lawful alternatives that the target took, by name
  std::optional<Failure> failure;
  transport::Recording recording;  // kept for everything but pass
  double seconds = 0;
  bool expected = false;  // whether the outcome is as expected, baseline applied
  std::string excuse;     // the baseline's reason, where an entry matched
  // One for each repetition of a run that has several; all above is then of the first draw that is not as
  // expected without a baseline, else of the last.
  std::vector<Draw> draws;
  std::string evidence;  // folder of its evidence, relative to the record's; "" for none
};

// Which part of a selection was run: every count-th case, from the index-th on.
struct Shard {
  unsigned index = 1;
  unsigned count = 1;

  bool operator==(const Shard&) const = default;
};

struct RunRecord {
  std::string suite_version;  // "0.1.0"
  std::string suite_commit;   // "" where unknown
  std::string target;         // as given, without the password: "smb://127.0.0.1:4450"
  std::string target_file;    // as given; "" where the target was given by its address
  std::vector<std::pair<std::string, std::string>> probe;  // name, value: "dialects", "2.0.2 2.1 …"
  std::vector<std::string> settings;                       // of the embedded server, "maximum-dialect=3.0"
  std::string kerberos_service;                            // as given: "cifs/host@REALM"
  bool kerberos = false;                                   // of cases that name no mechanism
  std::uint64_t seed = 0;
  bool strict = false;
  std::size_t strength = 0;  // of combinations at the least; 0: as the tables say
  std::string profile;       // "gate"; "" for none
  std::vector<std::string>
      selection;             // what selects the cases, as the command line says it: "--level", "MUST"
  bool whole_suite = false;  // the selection leaves nothing out, a shard does not count as that
  Shard shard;
  unsigned repeats = 1;  // how often the selection was run
  std::string started;   // UTC, "2026-11-20T22:00:00Z"
  double seconds = 0;
  bool unreachable = false;  // the target never took a connection: nothing was judged
  std::string stopped;       // why the run is incomplete: "interrupted", "target gone" …; "" when it is not
  bool tool_fault = false;   // it stopped for a fault of smbspec itself
  std::string rerun;         // the command that runs the failures again; "" when there are none
  std::vector<CaseResult> cases;               // in the order of selection, audit rules last
  std::vector<std::string> baseline_problems;  // stale, unmatched or unknown entries, one line each
};

// Exit code of a run, by class and in this order of precedence: 3 target never reachable, 2 nothing selected,
// 1 something unexpected, 5 the tool was at fault in a case, 4 incomplete, 0 all as expected.
int exit_code(const RunRecord& record);

// Whether an outcome is as expected without a baseline: pass, observe, unsupported; below MUST also fail
// unless `strict`.
bool is_expected(Outcome outcome, Level level, bool strict);

// Whether a case got a verdict, good or bad, on what it is about.
bool is_judged(Outcome outcome);

// Takes the result of one more repetition, as CaseResult::draws says. One without a verdict is no draw.
void take_draw(CaseResult& all, CaseResult next);

}  // namespace scenario
