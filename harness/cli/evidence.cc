#include "harness/cli/evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <sstream>

#include "harness/client/key_log.h"
#include "harness/transport/capture_writer.h"
#include "reports/json.h"
#include "reports/terminal.h"

namespace cli {
namespace {

namespace fs = std::filesystem;
using scenario::CaseResult;

constexpr std::size_t longest_name = 120;  // bytes, of one folder

// The keys are a table of Wireshark's, which it reads from its folder of settings.
constexpr std::string_view opening_script = R"sh(#!/bin/sh
# Opens case.pcapng decrypted: in Wireshark, or as text by tshark where there is no display or there are
# arguments, which go to tshark: ./open.sh -V -Y smb2
cd "$(dirname "$0")" || exit 1
settings=$(mktemp -d) || exit 1
trap 'rm -rf "$settings"' EXIT
[ -f case.keys ] && cp case.keys "$settings/smb2_seskey_list"
WIRESHARK_CONFIG_DIR=$settings
export WIRESHARK_CONFIG_DIR
if [ $# -eq 0 ] && [ -n "$DISPLAY$WAYLAND_DISPLAY" ] && command -v wireshark >/dev/null; then
  wireshark -o smb2.verify_signatures:TRUE -r case.pcapng
else
  tshark -o smb2.verify_signatures:TRUE -r case.pcapng "$@"
fi
)sh";

std::uint64_t microseconds(std::chrono::system_clock::time_point time) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count());
}

std::string capture(const transport::Recording& recording, std::chrono::system_clock::time_point start,
                    std::string_view id) {
  std::ostringstream out;
  transport::CaptureWriter(out).add(recording, microseconds(start), id);
  return std::move(out).str();
}

// A record of one case, which `replay` runs again.
std::string alone(const CaseResult& result, const scenario::RunRecord& record) {
  scenario::RunRecord one{.suite_version = record.suite_version,
                          .suite_commit = record.suite_commit,
                          .target = record.target,
                          .target_file = record.target_file,
                          .probe = record.probe,
                          .settings = record.settings,
                          .seed = record.seed,
                          .strict = record.strict,
                          .started = record.started};
  one.cases = {result};
  one.rerun = report::rerun_command(result, record);
  std::ostringstream out;
  report::write_json(out, one);
  return std::move(out).str();
}

// Which case an audit rule has its evidence from; of a case itself.
std::string case_behind(const CaseResult& result) {
  const auto ids = report::judges_again(result);
  const auto other = std::ranges::find_if(ids, [&](const std::string& id) { return id != result.id; });
  return other == ids.end() ? result.id : *other;
}  // namespace

}  // namespace

std::string EvidenceFolder::folder_of(std::string_view id) {
  constexpr std::string_view plain = "._=,+-";
  const std::size_t bracket = std::min(id.find('['), id.size());
  std::string name(id.substr(0, bracket));
  if (bracket == id.size()) return name;
  std::string row(id.substr(bracket + 1));
  if (row.ends_with(']')) row.pop_back();
  const std::string whole = row;
  for (char& c : row) {
    const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!alphanumeric && !plain.contains(c)) c = '_';
  }
  row.resize(std::min(row.size(), longest_name));
  // Two ids must not meet in one folder.
  if (row != whole)
    row += fmt::format("-{:08x}", static_cast<std::uint32_t>(std::hash<std::string_view>()(id)));
  return name + "/" + row;
}

void EvidenceFolder::add(const scenario::CaseRun& run, std::chrono::system_clock::time_point start) {
  if (whose_ == Evidence::none) return;
  Known& known = known_[run.result.id];
  known.start = start;
  known.keys = client::key_log(run.sessions);
  if (whose_ == Evidence::all) known.recording = run.result.recording;
}

std::expected<void, std::string> EvidenceFolder::keep(CaseResult& result, bool unexpected,
                                                      const scenario::RunRecord& record) {
  const bool wanted = whose_ == Evidence::all || (whose_ == Evidence::failed && unexpected);
  // Of several draws the first that failed.
  if (!wanted || !result.evidence.empty()) return {};
  const auto known = known_.find(case_behind(result));
  if (known == known_.end()) return {};
  const transport::Recording& recording =
      result.recording.empty() ? known->second.recording : result.recording;
  if (recording.empty()) return {};
  const fs::path inside = fs::path(evidence_folder) / folder_of(result.id);
  const fs::path folder = out_ / inside;
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return std::unexpected(fmt::format("{} cannot be made: {}", folder.string(), error.message()));
  result.evidence = inside.generic_string();

  CaseResult whole = result;
  whole.recording = recording;
  whole.expected = !unexpected;  // by the baseline, which is applied to the record when all have run
  std::vector<std::pair<std::string_view, std::string>> files = {
      {"case.txt", report::failure_text(whole, record, report::at_length)},
      {"case.json", alone(whole, record)}};
  if (!no_secrets_) {
    files.emplace_back("case.pcapng", capture(recording, known->second.start, known->first));
    if (!known->second.keys.empty()) files.emplace_back("case.keys", known->second.keys);
  }
  for (const auto& [name, text] : files) {
    if (auto written = write_file(folder / name, text); !written) return written;
  }
  if (!no_secrets_) {
    if (auto put = put_script(folder / "open.sh"); !put) return put;
  }
  known->second.recording.clear();
  return {};
}

// One file under many names: a name costs less than a file.
std::expected<void, std::string> EvidenceFolder::put_script(const fs::path& path) {
  std::error_code error;
  fs::remove(path, error);
  if (!script_.empty()) {
    fs::create_hard_link(script_, path, error);
    if (!error) return {};
  }
  if (auto written = write_file(path, opening_script); !written) return written;
  fs::permissions(path, fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec,
                  fs::perm_options::add, error);
  script_ = path;
  return {};
}

void withhold_secrets(transport::Recording& recording) {
  constexpr std::string_view authenticate("NTLMSSP\0\3\0\0\0", 12);
  for (transport::Recorded& event : recording) {
    if (std::ranges::search(event.bytes, authenticate).empty()) continue;
    event.bytes.clear();
    event.note += fmt::format("{}not kept: --no-secrets", event.note.empty() ? "" : "; ");
  }
}

}  // namespace cli
