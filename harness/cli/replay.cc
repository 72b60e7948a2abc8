#include <fmt/format.h>
#include <unistd.h>

#include "harness/cli/arguments.h"
#include "reports/journal.h"
#include "reports/terminal.h"
#include "reports/text.h"

namespace cli {
namespace {

// A file of this process, gone with it.
class Scratch {
 public:
  Scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "smbspec-replay-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) folder_ = name;
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
  }
  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

std::string in_words(const scenario::CaseResult& result) {
  const std::string& more = result.outcome == scenario::Outcome::observe ? result.observed : result.message;
  return fmt::format("{}{}{}", scenario::name(result.outcome), more.empty() ? "" : ": ",
                     report::one_line(more));
}

}  // namespace

int replay(const ReplayArguments& arguments) {
  const auto recorded = report::read_run(arguments.record);
  if (!recorded) return complain(usage, recorded.error());
  if (recorded->cases.size() != 1) {
    return complain(
        usage, fmt::format("{} is the record of {} cases; replay takes the case.json of one, and "
                           "`smbspec run --failed-in {}` runs what failed in a run",
                           arguments.record.string(), recorded->cases.size(), arguments.record.string()));
  }
  const scenario::CaseResult& before = recorded->cases.front();
  const Scratch scratch;
  if (scratch.folder().empty()) return complain(tool_fault, "no folder for temporary files can be made");
  RunArguments again = arguments.run;
  for (const std::string& id : report::judges_again(before)) again.cases.select.push_back(id);
  again.settings = recorded->settings;
  again.seed = recorded->seed;
  again.strict = recorded->strict;
  if (again.target.target.empty() && recorded->target.starts_with("smb://"))
    again.target.target = recorded->target;
  if (again.reports.json.empty()) again.reports.json = scratch.folder() / "run.json";
  const int code = run(again);
  const auto now = report::read_run(again.reports.json);
  if (!now) return code;
  for (const scenario::CaseResult& result : now->cases) {
    if (result.id != before.id) continue;
    const bool same = result.outcome == before.outcome && in_words(result) == in_words(before);
    fmt::print("{}: {}\n", same ? "The same as recorded" : "Not what was recorded", in_words(before));
  }
  return code;
}

}  // namespace cli
